package dev.javernetes.apiserver.admission.pod;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.authorization.node.PodReferences;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Upstream's plug-in ServiceAccount: gives a new pod the account {@code default} if it names none,
 * the account's image pull secrets, and a projected volume with a token, the cluster's certificate
 * and the namespace at {@code /var/run/secrets/kubernetes.io/serviceaccount} in every container
 * that has nothing there.
 */
public final class AccountOfPod implements MutatingAdmission, ValidatingAdmission {
  private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final String VOLUME_PREFIX = "kube-api-access-";
  private static final String ENFORCE_MOUNTABLE = "kubernetes.io/enforce-mountable-secrets";

  /** How long the account {@code default} may take to appear in a namespace that is new. */
  private static final long DEFAULT_ACCOUNT_MILLIS = 1_500;

  private final ObjectIndex accounts;
  private final Supplier<String> suffixes;

  /** {@code suffixes} yields five random letters for a volume's name. */
  public AccountOfPod(ObjectIndex accounts, Supplier<String> suffixes) {
    this.accounts = accounts;
    this.suffixes = suffixes;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE || operation == Operation.UPDATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!Pods.isPod(request) || request.operation() != Operation.CREATE) {
      return;
    }
    JsonObject pod = request.requireObject();
    if (Pods.isMirror(pod)) {
      validate(request);
      return;
    }
    JsonObject spec = pod.ensureObject("spec");
    if (spec.string("serviceAccountName").isEmpty()) {
      spec.put("serviceAccountName", "default");
      spec.put("serviceAccount", "default"); // the deprecated twin follows
    }
    JsonObject account = account(request, spec.string("serviceAccountName"));
    if (automounts(account, spec)) {
      mountToken(spec);
    }
    if (spec.objects("imagePullSecrets").isEmpty()
        && !account.objects("imagePullSecrets").isEmpty()) {
      List<Object> copies = new ArrayList<>();
      account
          .objects("imagePullSecrets")
          .forEach(secret -> copies.add(JsonObject.of("name", secret.string("name"))));
      spec.put("imagePullSecrets", copies);
    }
    validate(request);
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!Pods.isPod(request) || request.operation() != Operation.CREATE) {
      return;
    }
    JsonObject pod = request.requireObject();
    JsonObject spec = pod.objectOrEmpty("spec");
    if (Pods.isMirror(pod)) {
      validateMirror(request, pod, spec);
      return;
    }
    String name = spec.string("serviceAccountName");
    if (name.isEmpty()) {
      throw Denials.forbidden(
          request,
          "no service account specified for pod %s/%s"
              .formatted(request.namespace(), pod.objectOrEmpty("metadata").string("name")));
    }
    JsonObject account = account(request, name);
    if (account
        .objectOrEmpty("metadata")
        .objectOrEmpty("annotations")
        .string(ENFORCE_MOUNTABLE)
        .equals("true")) {
      checkSecrets(request, account, pod, spec);
    }
  }

  private static void validateMirror(AdmissionRequest request, JsonObject pod, JsonObject spec) {
    if (!spec.string("serviceAccountName").isEmpty()) {
      throw Denials.forbidden(request, "a mirror pod may not reference service accounts");
    }
    if (!PodReferences.secretNames(pod).isEmpty()) {
      throw Denials.forbidden(request, "a mirror pod may not reference secrets");
    }
    for (JsonObject volume : spec.objects("volumes")) {
      for (JsonObject source : volume.objectOrEmpty("projected").objects("sources")) {
        if (source.has("serviceAccountToken")) {
          throw Denials.forbidden(
              request, "a mirror pod may not use ServiceAccountToken volume projections");
        }
      }
    }
  }

  private JsonObject account(AdmissionRequest request, String name) {
    JsonObject account =
        name.equals("default")
            ? accounts.await(request.namespace(), name, DEFAULT_ACCOUNT_MILLIS)
            : accounts.get(request.namespace(), name);
    if (account == null) {
      throw Denials.forbidden(
          request,
          "error looking up service account %s/%s: serviceaccount \"%s\" not found"
              .formatted(request.namespace(), name, name));
    }
    return account;
  }

  private static boolean automounts(JsonObject account, JsonObject spec) {
    Boolean pods = spec.boolOrNull("automountServiceAccountToken");
    if (pods != null) {
      return pods;
    }
    Boolean accounts = account.boolOrNull("automountServiceAccountToken");
    return accounts == null || accounts;
  }

  private void mountToken(JsonObject spec) {
    String volumeName = "";
    for (JsonObject volume : spec.objects("volumes")) {
      if (volume.string("name").startsWith(VOLUME_PREFIX)) {
        volumeName = volume.string("name");
        break;
      }
    }
    boolean present = !volumeName.isEmpty();
    if (!present) {
      volumeName = VOLUME_PREFIX + suffixes.get();
    }
    boolean needed = false;
    for (JsonObject container : Pods.containers(spec, "initContainers", "containers")) {
      boolean occupied =
          container.objects("volumeMounts").stream()
              .anyMatch(mount -> mount.string("mountPath").equals(MOUNT_PATH));
      if (!occupied) {
        container
            .ensureArray("volumeMounts")
            .add(JsonObject.of("name", volumeName, "readOnly", true, "mountPath", MOUNT_PATH));
        needed = true;
      }
    }
    if (needed && !present) {
      spec.ensureArray("volumes").add(tokenVolume(volumeName));
    }
  }

  private static JsonObject tokenVolume(String name) {
    List<Object> sources = new ArrayList<>();
    sources.add(
        JsonObject.of(
            "serviceAccountToken", JsonObject.of("expirationSeconds", 3607L, "path", "token")));
    sources.add(
        JsonObject.of(
            "configMap",
            JsonObject.of(
                "name",
                "kube-root-ca.crt",
                "items",
                list(JsonObject.of("key", "ca.crt", "path", "ca.crt")))));
    sources.add(
        JsonObject.of(
            "downwardAPI",
            JsonObject.of(
                "items",
                list(
                    JsonObject.of(
                        "path",
                        "namespace",
                        "fieldRef",
                        JsonObject.of("apiVersion", "v1", "fieldPath", "metadata.namespace"))))));
    return JsonObject.of(
        "name", name, "projected", JsonObject.of("sources", sources, "defaultMode", 420L));
  }

  private static List<Object> list(JsonObject one) {
    List<Object> list = new ArrayList<>();
    list.add(one);
    return list;
  }

  /** For accounts that insist on their list of secrets (deprecated, yet honoured). */
  private static void checkSecrets(
      AdmissionRequest request, JsonObject account, JsonObject pod, JsonObject spec) {
    String accountName = account.objectOrEmpty("metadata").string("name");
    Set<String> mountable = new LinkedHashSet<>();
    account.objects("secrets").forEach(secret -> mountable.add(secret.string("name")));
    for (JsonObject volume : spec.objects("volumes")) {
      String secret = volume.objectOrEmpty("secret").string("secretName");
      if (!secret.isEmpty() && !mountable.contains(secret)) {
        throw Denials.forbidden(
            request,
            "volume with secret.secretName=\"%s\" is not allowed because service account %s does not reference that secret"
                .formatted(secret, accountName));
      }
    }
    checkEnvironment(
        request, "init container", spec.objects("initContainers"), mountable, accountName);
    checkEnvironment(request, "container", spec.objects("containers"), mountable, accountName);
    Set<String> pulls = new LinkedHashSet<>();
    account.objects("imagePullSecrets").forEach(secret -> pulls.add(secret.string("name")));
    List<JsonObject> asked = spec.objects("imagePullSecrets");
    for (int i = 0; i < asked.size(); i++) {
      if (!pulls.contains(asked.get(i).string("name"))) {
        throw Denials.forbidden(
            request,
            "imagePullSecrets[%d].name=\"%s\" is not allowed because service account %s does not reference that imagePullSecret"
                .formatted(i, asked.get(i).string("name"), accountName));
      }
    }
  }

  private static void checkEnvironment(
      AdmissionRequest request,
      String what,
      List<JsonObject> containers,
      Set<String> mountable,
      String accountName) {
    for (JsonObject container : containers) {
      String name = container.string("name");
      for (JsonObject variable : container.objects("env")) {
        String secret =
            variable.objectOrEmpty("valueFrom").objectOrEmpty("secretKeyRef").string("name");
        if (!secret.isEmpty() && !mountable.contains(secret)) {
          throw Denials.forbidden(
              request,
              "%s %s with envVar %s referencing secret.secretName=\"%s\" is not allowed because service account %s does not reference that secret"
                  .formatted(what, name, variable.string("name"), secret, accountName));
        }
      }
      for (JsonObject source : container.objects("envFrom")) {
        String secret = source.objectOrEmpty("secretRef").string("name");
        if (!secret.isEmpty() && !mountable.contains(secret)) {
          throw Denials.forbidden(
              request,
              "%s %s with envFrom referencing secret.secretName=\"%s\" is not allowed because service account %s does not reference that secret"
                  .formatted(what, name, secret, accountName));
        }
      }
    }
  }
}
