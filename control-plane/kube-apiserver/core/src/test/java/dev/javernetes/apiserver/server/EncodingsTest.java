package dev.javernetes.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.codec.cbor.CborReader;
import dev.javernetes.api.codec.cbor.CborWriter;
import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which form an answer has, and which bodies are too much. */
final class EncodingsTest {
  private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
  private static final Headers CBOR =
      Headers.of("Content-Type", "application/cbor", "Accept", "application/cbor");
  private static final String META = ";g=meta.k8s.io;v=v1";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void metadataAloneHasAProtobufForm() {
    TestServer.Answer list =
        server.get(
            "/api/v1/namespaces", "Accept", PROTOBUF + ";as=PartialObjectMetadataList" + META);
    assertThat(list.status()).isEqualTo(200);
    assertThat(list.headers().get("Content-Type")).isEqualTo(PROTOBUF);
    assertThat(list.body()).startsWith("k8s\0").contains("PartialObjectMetadataList", "default");
  }

  @Test
  void aTableHasNone() {
    String table = PROTOBUF + ";as=Table" + META;
    assertThat(server.get("/api/v1/namespaces", "Accept", table).status()).isEqualTo(406);
    TestServer.Answer plain =
        server.get("/api/v1/namespaces", "Accept", table + ",application/json");
    assertThat(plain.json().string("kind")).isEqualTo("NamespaceList");
  }

  @Test
  void aWatchIsNotYaml() {
    TestServer.Answer answer =
        server.get("/api/v1/namespaces?watch=true", "Accept", "application/yaml");
    assertThat(answer.status()).isEqualTo(406);
    assertThat(answer.body()).contains("application/json;stream=watch");
  }

  @Test
  void cborIsUnknownByDefault() {
    assertThat(server.get("/api/v1/namespaces", "Accept", "application/cbor").status())
        .isEqualTo(406);
    for (String[] write : new String[][] {{"POST", "cbor"}, {"PATCH", "apply-patch+cbor"}}) {
      String path = "/api/v1/namespaces" + (write[0].equals("PATCH") ? "/default" : "");
      assertThat(
              server.call(write[0], path, "x", "Content-Type", "application/" + write[1]).status())
          .isEqualTo(415);
    }
  }

  @Test
  void cborIsServedWhereItsGateIsOpen() throws Exception {
    try (TestServer open = new TestServer(new FeatureGates(true))) {
      JsonObject map =
          JsonObject.of(
              "kind",
              "ConfigMap",
              "apiVersion",
              "v1",
              "metadata",
              JsonObject.of("name", "c"),
              "data",
              JsonObject.of("k", "v"));
      String maps = "/api/v1/namespaces/default/configmaps";
      JsonObject created = cbor(open.send("POST", maps, "", CBOR, CborWriter.bytes(map)), 201);
      assertThat(created.objectOrEmpty("data").string("k")).isEqualTo("v");
      map.put("data", JsonObject.of("k", "w"));
      Headers apply =
          Headers.of("Content-Type", "application/apply-patch+cbor", "Accept", "application/cbor");
      String query = "fieldManager=m&force=true";
      JsonObject applied =
          cbor(open.send("PATCH", maps + "/c", query, apply, CborWriter.bytes(map)), 200);
      assertThat(applied.objectOrEmpty("data").string("k")).isEqualTo("w");
      TestServer.Answer watch =
          open.get(maps + "?watch=true&timeoutSeconds=1", "Accept", "application/cbor");
      assertThat(watch.headers().get("Content-Type")).isEqualTo("application/cbor-seq");
    }
  }

  private static JsonObject cbor(ApiResponse response, int status) throws DecodeException {
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.headers().get("Content-Type")).isEqualTo("application/cbor");
    Object read = CborReader.read(((ApiResponse.Parts) response.body()).join());
    return read instanceof JsonObject object ? object : new JsonObject();
  }

  @Test
  void yamlThatIsNoJsonIsNoInternalError() {
    for (String value : new String[] {"9".repeat(400), "!!binary z"}) {
      String body = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: n}\nx: " + value + "\n";
      String maps = "/api/v1/namespaces/default/configmaps?dryRun=All";
      assertThat(server.call("POST", maps, body, "Content-Type", "application/yaml").status())
          .isLessThan(500);
    }
  }

  @Test
  void aNumberBeyondFloat64IsTheClientsFault() {
    String patch = "{\"metadata\":{\"finalizers\":[" + "9".repeat(400) + "]}}";
    String type = "application/strategic-merge-patch+json";
    assertThat(
            server
                .call("PATCH", "/api/v1/namespaces/default", patch, "Content-Type", type)
                .status())
        .isEqualTo(400);
  }

  @Test
  void deepBodiesAreRefused() {
    for (String type : new String[] {"application/json", "application/yaml"}) {
      String body = "{\"spec\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
      TestServer.Answer answer =
          server.call("POST", "/api/v1/namespaces/default/pods", body, "Content-Type", type);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().string("message")).contains("exceeded max depth");
    }
    String patch = "{\"spec\":" + "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_001);
    for (String type : new String[] {"merge-patch+json", "strategic-merge-patch+json"}) {
      assertThat(
              server
                  .call(
                      "PATCH",
                      "/api/v1/namespaces/default",
                      patch,
                      "Content-Type",
                      "application/" + type)
                  .status())
          .isEqualTo(400);
    }
  }
}
