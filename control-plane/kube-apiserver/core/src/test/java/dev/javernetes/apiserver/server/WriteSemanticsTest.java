package dev.javernetes.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.codec.protobuf.ProtobufCodec;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every kind's writes have in common: order, codes and words are upstream's. */
class WriteSemanticsTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
  private static final String APPLY = "apply-patch+yaml";
  private static final String MERGE = "merge-patch+json";

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  // creation

  @Test
  void theServerOwnsIdentityAndTimesButNotGeneration() {
    JsonObject metadata =
        metadata(
            server.post(
                MAPS + "?dryRun=All",
                map(
                    "own",
                    ",\"uid\":\"u\",\"generation\":7,\"deletionTimestamp\":\"2001-01-01T00:00:00Z\"")));
    assertThat(metadata.string("uid")).isNotEqualTo("u").isNotEmpty();
    assertThat(metadata.integer("generation")).isEqualTo(7);
    assertThat(metadata.has("deletionTimestamp")).isFalse();
    assertThat(metadata.has("managedFields")).isFalse();
  }

  @Test
  void aNewObjectHasNoResourceVersion() {
    var refused = server.post(MAPS, map("versioned", ",\"resourceVersion\":\"1\""));
    assertThat(refused.status()).isEqualTo(500);
    assertThat(message(refused))
        .isEqualTo("resourceVersion should not be set on objects to be created");
  }

  @Test
  void finalizersWithoutADomainAreNamedByTheirPlace() {
    var refused = server.post(MAPS, map("f", ",\"finalizers\":[\"a.b/c\",\"nodomain\"]"));
    assertThat(causes(refused))
        .extracting(cause -> cause.string("field"))
        .containsExactly("metadata.finalizers[1]");
  }

  @Test
  void disruptionBudgetsTakeAnyName() {
    String path = "/apis/policy/v1/namespaces/default/poddisruptionbudgets?dryRun=All";
    assertThat(server.post(path, "{\"metadata\":{\"name\":\"Bad_Name!\"},\"spec\":{}}").status())
        .isEqualTo(201);
  }

  // update

  @Test
  void eachLookAtMetadataTellsWhatIsWrong() {
    server.post(MAPS, map("looks", ""));
    var refused =
        server.patch(MAPS + "/looks", MERGE, "{\"metadata\":{\"annotations\":{\"a~b\":\"1\"}}}");
    assertThat(causes(refused)).hasSize(4);
    assertThat(message(refused)).doesNotContain("[metadata.annotations");
  }

  @Test
  void anEmptyListOfManagedFieldsForgetsThem() {
    assertThat(metadata(server.post(MAPS, map("forget", ",\"labels\":{\"a\":\"1\"}"))))
        .containsKey("managedFields");
    var after = server.patch(MAPS + "/forget", MERGE, "{\"metadata\":{\"managedFields\":[]}}");
    assertThat(metadata(after)).doesNotContainKey("managedFields");
    after = server.patch(MAPS + "/forget", MERGE, "{\"data\":{\"a\":\"1\"}}");
    assertThat(metadata(after)).doesNotContainKey("managedFields");
  }

  @Test
  void applyNeedsTheRightToCreateWhatIsNotThere() {
    String rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
    server.post(
        rbac + "roles",
        "{\"metadata\":{\"name\":\"patcher\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"get\",\"patch\"]}]}");
    server.post(
        rbac + "rolebindings",
        "{\"metadata\":{\"name\":\"patcher\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"Role\",\"name\":\"patcher\"},\"subjects\":[{\"kind\":\"User\",\"apiGroup\":\"rbac.authorization.k8s.io\",\"name\":\"pat\"}]}");
    UserInfo pat = UserInfo.of("pat");
    String target = MAPS + "/foreign?fieldManager=pat";
    String body = applied("foreign", "data: {a: '1'}");
    String type = "application/" + APPLY;
    var refused = server.callAs(pat, "PATCH", target, body, "Content-Type", type);
    assertThat(refused.status()).as(refused.body()).isEqualTo(403);
    assertThat(message(refused))
        .contains("cannot create resource \\\"configmaps\\\"".replace("\\", ""));
    server.post(MAPS, map("foreign", ""));
    assertThat(server.callAs(pat, "PATCH", target, body, "Content-Type", type).status())
        .isEqualTo(200);
  }

  /** An apply that loses a race insists on nothing, and so tries again instead of failing. */
  @Test
  void appliersOfDifferentFieldsNeverFailEachOther() throws Exception {
    List<Future<Integer>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        String key = "k" + i % 4;
        String value = Integer.toString(i);
        answers.add(
            threads.submit(() ->
                server
                    .patch(
                        MAPS + "/raced?fieldManager=" + key,
                        APPLY,
                        applied("raced", "data: {" + key + ": '" + value + "'}"))
                    .status()));
      }
    }
    for (Future<Integer> answer : answers) {
      assertThat(answer.get()).isIn(200, 201);
    }
    assertThat(server.get(MAPS + "/raced").json().objectOrEmpty("data")).hasSize(4);
  }

  @Test
  void anApplyOfNoChangeIsNoWrite() {
    String target = MAPS + "/still?fieldManager=one";
    String body = applied("still", "data: {a: '1'}");
    var first = server.patch(target, APPLY, body);
    assertThat(server.patch(target, APPLY, body).json()).isEqualTo(first.json());
  }

  // patches

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "json-patch+json | [{\"op\":\"add\",\"path\":\"/bogus\",\"value\":1}] | Strict | 422 | strict decoding error: unknown field \"bogus\"",
        "json-patch+json | [{\"op\":\"replace\",\"path\":\"/kind\",\"value\":\"Node\"}] | Warn | 422 | unknown conversion",
        "json-patch+json | [{\"op\":\"replace\",\"path\":\"\",\"value\":{}}] | Warn | 400 | name must be provided",
        "json-patch+json | {} | Ignore | 400 | json: cannot unmarshal object into Go value of type jsonpatch.Patch",
        "merge-patch+json | {\"apiVersion\":\"v2\"} | Warn | 422 | no kind \"ConfigMap\" is registered for version \"v2\"",
        "merge-patch+json | null | Warn | 400 | Invalid JSON Patch",
        "merge-patch+json | {\"metadata\":null} | Warn | 400 | name must be provided",
        "merge-patch+json | {\"bogus\":1} | Strict | 422 | unknown field \"bogus\"",
        "strategic-merge-patch+json | { | Warn | 400 | unexpected end of JSON input",
        "strategic-merge-patch+json | {\"data\":{\"a\":1}} | Warn | 422 | cannot convert int64 to string",
        "strategic-merge-patch+json | {\"$patch\":\"spin\"} | Warn | 500 | unknown patch type: spin",
        "strategic-merge-patch+json | {\"$patch\":\"delete\"} | Warn | 400 | name must be provided",
      })
  void aPatchIsRefused(String type, String body, String validation, int status, String words) {
    server.post(MAPS, map("patched", ""));
    var refused = server.patch(MAPS + "/patched?fieldValidation=" + validation, type, body);
    assertThat(refused.status()).as(refused.body()).isEqualTo(status);
    assertThat(message(refused)).contains(words);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | 400 | invalid object type: /, Kind=",
        "[] | 400 | error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array",
        "{apiVersion: v1, kind: Secret, metadata: {name: applied}} | 400 | invalid object type: /v1, Kind=Secret",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: other}} | 400 | the name of the object (other) does not match the name on the URL (applied)",
        "{apiVersion: v1, kind: ConfigMap, data: {a: '1'}} | 400 | name must be provided",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied, managedFields: []}} | 400 | metadata.managedFields must be nil",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, bogus: 1} | 500 | .bogus: field not declared in schema",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied, uid: u}} | 409 | uid mismatch: the provided object specified uid u",
      })
  void anApplyIsRefused(String body, int status, String words) {
    var refused = server.patch(MAPS + "/applied?fieldManager=one", APPLY, body);
    assertThat(refused.status()).as(refused.body()).isEqualTo(status);
    assertThat(message(refused)).contains(words);
  }

  @Test
  void aScaleKnowsWhoOwnsReplicas() {
    server.patch(
        DEPLOYMENTS + "/scaled?fieldManager=one",
        APPLY,
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: scaled}, spec: {replicas: 1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}");
    String scale = DEPLOYMENTS + "/scaled/scale?fieldManager=two";
    String body =
        "{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: scaled}, spec: {replicas: 3}}";
    var refused = server.patch(scale, APPLY, body);
    assertThat(message(refused))
        .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .spec.replicas");
    assertThat(server.patch(scale + "&force=true", APPLY, body).status()).isEqualTo(200);
    List<JsonObject> owners =
        metadata(server.get(DEPLOYMENTS + "/scaled")).objects("managedFields");
    assertThat(owners).extracting(owner -> owner.string("manager")).containsExactly("two", "one");
    assertThat(owners.getFirst().string("apiVersion")).isEqualTo("apps/v1");
    assertThat(owners.getLast().objectOrEmpty("fieldsV1").objectOrEmpty("f:spec"))
        .doesNotContainKey("f:replicas");
  }

  // deletion

  @Test
  void askingAgainForAHeldDeletionIsNoWrite() {
    server.post(MAPS, map("held", ",\"finalizers\":[\"a.b/c\"]"));
    JsonObject first = server.call("DELETE", MAPS + "/held", "").json();
    assertThat(server.call("DELETE", MAPS + "/held", "").json()).isEqualTo(first);
    assertThat(message(server.post(MAPS, map("held", ""))))
        .isEqualTo("object is being deleted: configmaps \"held\" already exists");
    server.patch(MAPS + "/held", MERGE, "{\"metadata\":{\"finalizers\":null}}");
    assertThat(server.get(MAPS + "/held").status()).isEqualTo(404);
  }

  @Test
  void deleteOptionsComeInAnyGroupButAsDeleteOptions() {
    server.post(MAPS, map("options", ""));
    String[] json = {"Content-Type", "application/json"};
    var refused =
        server.call("DELETE", MAPS + "/options", "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}", json);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(message(refused)).startsWith("no kind \"Pod\" is registered for version \"v1\"");
    String other = "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"policy/v1\",\"dryRun\":[\"All\"]}";
    assertThat(server.call("DELETE", MAPS + "/options", other, json).status()).isEqualTo(200);
    assertThat(server.get(MAPS + "/options").status()).isEqualTo(200);
  }

  /** As client-go sends them: in protobuf, and in the version of the group it deletes from. */
  @Test
  void deleteOptionsComeInProtobuf() {
    server.post(MAPS, map("protobuf-options", ""));
    BuiltInSchemas schemas = BuiltInSchemas.get();
    ProtobufCodec codec =
        new ProtobufCodec(
            schemas, kind -> schemas.type("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"));
    byte[] body =
        codec.encode(
            JsonObject.of(
                "kind", "DeleteOptions",
                "apiVersion", "batch/v1",
                "dryRun", new ArrayList<Object>(List.of("All"))));
    Headers headers = new Headers();
    headers.add("Content-Type", "application/vnd.kubernetes.protobuf");
    String path = MAPS + "/protobuf-options";
    assertThat(server.send("DELETE", path, "", headers, body).status()).isEqualTo(200);
    assertThat(server.get(path).status()).isEqualTo(200);
  }

  @Test
  void aCollectionIsDeletedPageByPage() {
    for (String name : List.of("c1", "c2", "c3")) {
      server.post(MAPS, map(name, ",\"labels\":{\"in\":\"collection\"}"));
    }
    var page = server.call("DELETE", MAPS + "?labelSelector=in%3Dcollection&limit=2", "");
    assertThat(page.json().objects("items")).hasSize(2);
    assertThat(page.json().objectOrEmpty("metadata").string("continue")).isNotEmpty();
    assertThat(server.get(MAPS + "?labelSelector=in%3Dcollection").json().objects("items"))
        .hasSize(1);
  }

  @Test
  void aListInPagesGoesOnAfterACompaction() {
    for (String name : List.of("p1", "p2", "p3")) {
      server.post(MAPS, map(name, ",\"labels\":{\"in\":\"pages\"}"));
    }
    String list = MAPS + "?labelSelector=in%3Dpages&limit=2";
    String token = server.get(list).json().objectOrEmpty("metadata").string("continue");
    server.post(MAPS, map("after-the-page", ""));
    server.compact();
    var expired = server.get(list + "&continue=" + token);
    assertThat(expired.status()).isEqualTo(410);
    String next = expired.json().objectOrEmpty("metadata").string("continue");
    assertThat(server.get(list + "&continue=" + next).json().objects("items"))
        .extracting(item -> item.objectOrEmpty("metadata").string("name"))
        .containsExactly("p3");
  }

  @Test
  void aReviewIsNoTable() {
    var answer =
        server.call(
            "POST",
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            "{\"spec\":{\"nonResourceAttributes\":{\"path\":\"/\",\"verb\":\"get\"}}}",
            "Content-Type",
            "application/json",
            "Accept",
            "application/json;as=Table;v=v1;g=meta.k8s.io");
    assertThat(answer.status()).isEqualTo(406);
  }

  @Test
  void aRefusalCarriesWarnings() {
    String jobs = "/apis/batch/v1/namespaces/default/jobs";
    server.post(
        jobs,
        "{\"metadata\":{\"name\":\"j\"},\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}");
    var refused =
        server.call(
            "DELETE",
            jobs + "/j",
            "{\"preconditions\":{\"uid\":\"other\"}}",
            "Content-Type",
            "application/json");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.headers().get("Warning")).contains("child pods are preserved by default");
  }

  // the answer's shape

  @ParameterizedTest(name = "{0} as {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "configmaps | PartialObjectMetadata | 406 | you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)",
        "configmaps/shaped | PartialObjectMetadataList | 406 | you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)",
        "configmaps/shaped?includeObject=All | Table | 400 | Unable to convert to Table as requested: includeObject: Invalid value: \"All\": must be 'Metadata', 'Object', 'None', or empty",
        "configmaps/shaped | Nonsense | 406 | only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
      })
  void aShapeIsRefused(String target, String kind, int status, String words) {
    server.post(MAPS, map("shaped", ""));
    var refused = server.get("/api/v1/namespaces/default/" + target, "Accept", as(kind, "v1"));
    assertThat(refused.status()).as(refused.body()).isEqualTo(status);
    assertThat(message(refused)).isEqualTo(words);
  }

  @Test
  void oldClientsGetShapesInTheirVersion() {
    server.post(MAPS, map("old", ""));
    JsonObject table = server.get(MAPS + "/old", "Accept", as("Table", "v1beta1")).json();
    assertThat(table.string("apiVersion")).isEqualTo("meta.k8s.io/v1beta1");
    assertThat(table.objects("rows").getFirst().objectOrEmpty("object").string("apiVersion"))
        .isEqualTo("meta.k8s.io/v1beta1");
  }

  private static String as(String kind, String version) {
    return "application/json;as=" + kind + ";g=meta.k8s.io;v=" + version;
  }

  // watch

  @Test
  void aWatchFromAnyStateSaysWhereThatStateEnds() {
    server.post(MAPS, map("watched", ",\"labels\":{\"w\":\"1\"}"));
    var seen =
        server.get(MAPS + "?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&labelSelector=w%3D1");
    assertThat(seen.body().lines().findFirst().orElse("")).startsWith("{\"type\":\"ADDED\"");
    assertThat(seen.body()).contains("\"k8s.io/initial-events-end\":\"true\"");
  }

  private static String map(String name, String moreMetadata) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
        + name
        + "\""
        + moreMetadata
        + "}}";
  }

  private static String applied(String name, String more) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}, " + more + "}";
  }

  private static String message(TestServer.Answer answer) {
    return answer.json().string("message");
  }

  private static List<JsonObject> causes(TestServer.Answer answer) {
    return answer.json().objectOrEmpty("details").objects("causes");
  }

  private static JsonObject metadata(TestServer.Answer answer) {
    return answer.json().objectOrEmpty("metadata");
  }
}
