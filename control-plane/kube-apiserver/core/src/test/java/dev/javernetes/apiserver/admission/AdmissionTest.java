package dev.javernetes.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.FakeObjects;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.admission.webhook.WebhookCaller;
import dev.javernetes.apiserver.request.UserInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked // a null here is a failed test
class AdmissionTest {
  private final FakeObjects objects = new FakeObjects();
  private final List<String> warnings = new ArrayList<>();
  private WebhookCaller webhooks =
      (config, review, timeout) -> {
        throw new WebhookCaller.CallException("nobody answers");
      };
  private AdmissionChain chain;

  @BeforeEach
  void start() throws Exception {
    put("", "namespaces", "{'metadata':{'name':'dev'},'status':{'phase':'Active'}}");
    put("", "serviceaccounts", "{'metadata':{'name':'default','namespace':'dev'}}");
    Authorizer nobody = request -> Authorizer.Decision.NO_OPINION;
    chain =
        new AdmissionChain(
            new AdmissionPlugins(
                    new AdmissionPlugins.Ports(
                        objects,
                        objects,
                        nobody,
                        (config, review, timeout) -> webhooks.call(config, review, timeout),
                        () -> Instant.parse("2026-11-23T08:00:00Z"),
                        () -> "uid-1",
                        () -> "abcde",
                        Executors.newVirtualThreadPerTaskExecutor()))
                .chosen(Set.of()));
  }

  @Test
  void aPlainPodGetsAccountTokenTolerationsAndPriority() throws Exception {
    JsonObject pod = admitted("{'metadata':{'name':'web'},'spec':{'containers':[{'name':'c'}]}}");

    JsonObject spec = pod.objectOrEmpty("spec");
    assertThat(spec.string("serviceAccountName")).isEqualTo("default");
    assertThat(spec.integer("priority")).isZero();
    assertThat(spec.string("preemptionPolicy")).isEqualTo("PreemptLowerPriority");
    assertThat(spec.objects("tolerations"))
        .extracting(toleration -> toleration.string("key"))
        .containsExactly("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
    assertThat(spec.objects("volumes").getFirst().string("name"))
        .isEqualTo("kube-api-access-abcde");
    assertThat(spec.objects("containers").getFirst().objects("volumeMounts").getFirst())
        .isEqualTo(
            object(
                "{'name':'kube-api-access-abcde','readOnly':true,"
                    + "'mountPath':'/var/run/secrets/kubernetes.io/serviceaccount'}"));
  }

  @Test
  void namespacesMustExistAndLive() throws Exception {
    assertThatThrownBy(() -> run(Operation.CREATE, "gone", "{'metadata':{'name':'a'}}"))
        .hasMessage("namespaces \"gone\" not found");
    put("", "namespaces", "{'metadata':{'name':'old'},'status':{'phase':'Terminating'}}");
    assertThatThrownBy(() -> run(Operation.CREATE, "old", "{'metadata':{'name':'a'}}"))
        .hasMessage(
            "pods \"a\" is forbidden: unable to create new content in namespace old because it is"
                + " being terminated");
  }

  @Test
  void limitRangesFillInAndBound() throws Exception {
    put(
        "",
        "limitranges",
        "{'metadata':{'name':'l','namespace':'dev'},'spec':{'limits':[{'type':'Container',"
            + "'default':{'cpu':'500m'},'defaultRequest':{'cpu':'100m'},"
            + "'max':{'cpu':'1','memory':'1Gi'},'maxLimitRequestRatio':{'cpu':'6'}}]}}");
    JsonObject pod =
        admitted(
            "{'metadata':{'name':'a'},'spec':{'containers':[{'name':'c',"
                + "'resources':{'limits':{'memory':'512Mi'}}}]}}");
    assertThat(pod.at("metadata", "annotations", "kubernetes.io/limit-ranger"))
        .isEqualTo(
            "LimitRanger plugin set: cpu request for container c; cpu limit for container c");

    assertThatThrownBy(() ->
            admitted(
                "{'metadata':{'name':'a'},'spec':{'containers':[{'name':'c',"
                    + "'resources':{'limits':{'memory':'2Gi','cpu':'2'},"
                    + "'requests':{'cpu':'100m'}}}]}}"))
        .hasMessage(
            "pods \"a\" is forbidden: [maximum cpu usage per Container is 1, but limit is 2,"
                + " maximum memory usage per Container is 1Gi, but limit is 2Gi, cpu max limit to"
                + " request ratio per Container is 6, but provided ratio is 20.000000]");
  }

  @Test
  void podSecurityRefusesAndWarns() throws Exception {
    put(
        "",
        "namespaces",
        "{'metadata':{'name':'dev','labels':{'pod-security.kubernetes.io/enforce':'baseline',"
            + "'pod-security.kubernetes.io/warn':'restricted'}}}");
    assertThatThrownBy(() ->
            admitted(
                "{'metadata':{'name':'a'},'spec':{'hostNetwork':true,'hostPID':true,"
                    + "'containers':[{'name':'c'}]}}"))
        .hasMessage(
            "pods \"a\" is forbidden: violates PodSecurity \"baseline:latest\": host namespaces"
                + " (hostNetwork=true, hostPID=true)");
    admitted("{'metadata':{'name':'a'},'spec':{'containers':[{'name':'c'}]}}");
    assertThat(warnings)
        .containsExactly(
            "would violate PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false"
                + " (container \"c\" must set securityContext.allowPrivilegeEscalation=false),"
                + " unrestricted capabilities (container \"c\" must set"
                + " securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or"
                + " container \"c\" must set securityContext.runAsNonRoot=true), seccompProfile"
                + " (pod or container \"c\" must set securityContext.seccompProfile.type to"
                + " \"RuntimeDefault\" or \"Localhost\")");
  }

  @Test
  void quotaIsChargedAndBounds() throws Exception {
    put(
        "",
        "resourcequotas",
        "{'metadata':{'name':'q','namespace':'dev'},'spec':{'hard':{'requests.cpu':'1'}},"
            + "'status':{'hard':{'requests.cpu':'1','pods':'5'},"
            + "'used':{'requests.cpu':'0','pods':'0'}}}");
    assertThatThrownBy(
            () -> admitted("{'metadata':{'name':'a'},'spec':{'containers':[{'name':'c'}]}}"))
        .hasMessage("pods \"a\" is forbidden: failed quota: q: must specify requests.cpu for: c");
    String half =
        "{'metadata':{'name':'a'},'spec':{'containers':[{'name':'c',"
            + "'resources':{'requests':{'cpu':'600m'}}}]}}";
    admitted(half);
    JsonObject used =
        objects
            .get(new GroupResource("", "resourcequotas"), "dev", "q")
            .objectOrEmpty("status")
            .objectOrEmpty("used");
    assertThat(used.string("requests.cpu")).isEqualTo("600m");
    assertThatThrownBy(() -> admitted(half))
        .hasMessage(
            "pods \"a\" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used:"
                + " requests.cpu=600m, limited: requests.cpu=1");
  }

  @Test
  void kubeletsKeepToTheirNode() throws Exception {
    UserInfo kubelet = UserInfo.of("system:node:n1", "system:nodes");
    AdmissionRequest request =
        request(
            Operation.CREATE,
            "dev",
            "pods",
            object("{'metadata':{'name':'m'},'spec':{'nodeName':'n1'}}"),
            kubelet);

    assertThatThrownBy(() -> chain.mutate(request))
        .hasMessage(
            "pods \"m\" is forbidden: pod does not have \"kubernetes.io/config.mirror\""
                + " annotation, node \"n1\" can only create mirror pods");
  }

  @Test
  void webhooksPatchAndRefuse() throws Exception {
    String rules =
        "'rules':[{'operations':['CREATE'],'apiGroups':[''],'apiVersions':['v1'],"
            + "'resources':['pods']}],'sideEffects':'None','clientConfig':{}";
    put(
        "admissionregistration.k8s.io",
        "mutatingwebhookconfigurations",
        "{'metadata':{'name':'m'},'webhooks':[{'name':'labels.example.com'," + rules + "}]}");
    put(
        "admissionregistration.k8s.io",
        "validatingwebhookconfigurations",
        "{'metadata':{'name':'v'},'webhooks':[{'name':'deny.example.com'," + rules + "}]}");
    String patch =
        Base64.getEncoder()
            .encodeToString(
                "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"b\"}}]"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    webhooks =
        (config, review, timeout) -> {
          JsonObject asked = review.objectOrEmpty("request");
          boolean patched = asked.objectOrEmpty("object").objectOrEmpty("metadata").has("labels");
          JsonObject response =
              patched
                  ? JsonObject.of(
                      "uid",
                      asked.string("uid"),
                      "allowed",
                      false,
                      "status",
                      JsonObject.of("message", "no", "code", 403L))
                  : JsonObject.of(
                      "uid",
                      asked.string("uid"),
                      "allowed",
                      true,
                      "patchType",
                      "JSONPatch",
                      "patch",
                      patch);
          return JsonObject.of("kind", "AdmissionReview", "response", response);
        };

    AdmissionRequest request =
        request(
            Operation.CREATE,
            "dev",
            "pods",
            object("{'metadata':{'name':'a'},'spec':{'containers':[]}}"),
            UserInfo.of("jane"));
    chain.mutate(request);
    assertThat(request.requireObject().at("metadata", "labels", "a")).isEqualTo("b");
    assertThatThrownBy(() -> chain.validate(request))
        .hasMessage("admission webhook \"deny.example.com\" denied the request: no");
  }

  private JsonObject admitted(String pod) throws Exception {
    return run(Operation.CREATE, "dev", pod);
  }

  private JsonObject run(Operation operation, String namespace, String pod) throws Exception {
    AdmissionRequest request =
        request(operation, namespace, "pods", object(pod), UserInfo.of("jane"));
    chain.mutate(request);
    chain.validate(request);
    return request.requireObject();
  }

  private AdmissionRequest request(
      Operation operation, String namespace, String resource, JsonObject object, UserInfo user) {
    return new AdmissionRequest(
        operation,
        Definitions.pods(),
        new GroupVersionResource("", "v1", resource),
        new GroupVersionKind("", "v1", "Pod"),
        "",
        namespace,
        object.objectOrEmpty("metadata").string("name"),
        object,
        null,
        new JsonObject(),
        false,
        user,
        warnings::add);
  }

  private void put(String group, String resource, String json) throws Exception {
    objects.put(new GroupResource(group, resource), object(json));
  }

  private static JsonObject object(String json) throws Exception {
    return Json.parseObject(json.replace('\'', '"'));
  }
}
