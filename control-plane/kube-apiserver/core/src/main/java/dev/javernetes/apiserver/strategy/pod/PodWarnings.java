package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.NodeLabelWarnings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a pod's specification may say but better would not. */
public final class PodWarnings {
  private static final String NULL_SELECTOR = ": a null labelSelector results in matching no pod";
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

  private final List<String> warnings = new ArrayList<>();
  private final JsonObject spec;
  private final Map<String, String> annotations;
  private final FieldPath path;
  private final FieldPath specPath;

  private PodWarnings(JsonObject spec, JsonObject metadata, FieldPath path) {
    this.spec = spec;
    this.annotations = metadata.stringMap("annotations");
    this.path = path;
    this.specPath = path.child("spec");
  }

  /** Of a template at {@code path}. */
  public static List<String> ofTemplate(JsonObject template, FieldPath path) {
    return of(template.objectOrEmpty("spec"), template.objectOrEmpty("metadata"), path, true);
  }

  static List<String> of(JsonObject spec, JsonObject metadata, FieldPath path, boolean template) {
    PodWarnings found = new PodWarnings(spec, metadata, path);
    found.scheduling();
    found.deprecatedAnnotations();
    found.volumes();
    found.warnings.addAll(VolumePathWarnings.of(spec.objects("volumes")));
    found.duplicates("hostAliases", "ip", "duplicate ip ");
    found.duplicates("imagePullSecrets", "name", "duplicate name ");
    found.emptyPullSecrets();
    found.fractions(spec.objectOrEmpty("overhead"), found.specPath.child("overhead"));
    if (!spec.objectOrEmpty("securityContext").has("seccompProfile")) {
      found.seccomp(PodAnnotationRules.SECCOMP_POD);
    }
    PodSpecRules.forEachContainer(
        spec, found.specPath, (container, at) -> found.container(container, template, at));
    found.ports();
    if (spec.integer("terminationGracePeriodSeconds") < 0) {
      found.add(
          found.specPath.child("terminationGracePeriodSeconds"),
          "must be >= 0; negative values are invalid and will be treated as 1");
    }
    found.podAffinity();
    return found.warnings;
  }

  private void add(FieldPath at, String text) {
    warnings.add(at + ": " + text);
  }

  private void scheduling() {
    for (String key : spec.stringMap("nodeSelector").keySet()) {
      String message = NodeLabelWarnings.deprecation(key);
      if (message != null) {
        add(specPath.child("nodeSelector").key(key), message);
      }
    }
    JsonObject node = spec.objectOrEmpty("affinity").objectOrEmpty("nodeAffinity");
    FieldPath at = specPath.child("affinity", "nodeAffinity");
    List<JsonObject> terms = node.objectOrEmpty(REQUIRED).objects("nodeSelectorTerms");
    for (int i = 0; i < terms.size(); i++) {
      warnings.addAll(
          NodeLabelWarnings.term(
              terms.get(i), false, at.child(REQUIRED, "nodeSelectorTerms").index(i)));
    }
    List<JsonObject> preferred = node.objects(PREFERRED);
    for (int i = 0; i < preferred.size(); i++) {
      warnings.addAll(
          NodeLabelWarnings.term(
              preferred.get(i).objectOrEmpty("preference"),
              true,
              at.child(PREFERRED).index(i).child("preference")));
    }
    List<JsonObject> constraints = spec.objects("topologySpreadConstraints");
    for (int i = 0; i < constraints.size(); i++) {
      FieldPath where = specPath.child("topologySpreadConstraints").index(i);
      String key = constraints.get(i).string("topologyKey");
      String message = NodeLabelWarnings.deprecation(key);
      if (message != null) {
        add(where.child("topologyKey"), key + " is " + message);
      }
      if (!constraints.get(i).has("labelSelector")) {
        warnings.add(where.child("labelSelector") + NULL_SELECTOR);
      }
    }
  }

  private void deprecatedAnnotations() {
    FieldPath at = path.child("metadata", "annotations");
    if (annotations.containsKey("scheduler.alpha.kubernetes.io/critical-pod")) {
      add(
          at.key("scheduler.alpha.kubernetes.io/critical-pod"),
          "non-functional in v1.16+; use the \"priorityClassName\" field instead");
    }
    for (String key :
        List.of(
            "security.alpha.kubernetes.io/sysctls",
            "security.alpha.kubernetes.io/unsafe-sysctls")) {
      if (annotations.containsKey(key)) {
        add(at.key(key), "non-functional in v1.11+; use the \"sysctls\" field instead");
      }
    }
  }

  private void volumes() {
    List<List<String>> deprecated =
        List.of(
            List.of(
                "photonPersistentDisk",
                "photonPersistentDisk",
                "deprecated in v1.11, non-functional in v1.16+"),
            List.of("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
            List.of("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
            List.of("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
            List.of("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
            List.of("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
            List.of("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
            List.of("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
            List.of("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"));
    List<JsonObject> volumes = spec.objects("volumes");
    for (int i = 0; i < volumes.size(); i++) {
      for (List<String> each : deprecated) {
        if (volumes.get(i).has(each.get(0))) {
          add(specPath.child("volumes").index(i).child(each.get(1)), each.get(2));
        }
      }
    }
  }

  private void duplicates(String list, String member, String text) {
    Set<String> seen = new HashSet<>();
    List<JsonObject> items = spec.objects(list);
    for (int i = 0; i < items.size(); i++) {
      String value = items.get(i).string(member);
      if (!seen.add(value)) {
        add(specPath.child(list).index(i).child(member), text + GoQuote.quote(value));
      }
    }
  }

  private void emptyPullSecrets() {
    List<JsonObject> secrets = spec.objects("imagePullSecrets");
    for (int i = 0; i < secrets.size(); i++) {
      if (secrets.get(i).string("name").isEmpty()) {
        add(specPath.child("imagePullSecrets").index(i).child("name"), "invalid empty name \"\"");
      }
    }
  }

  private void fractions(JsonObject amounts, FieldPath at) {
    for (String name : List.of("memory", "ephemeral-storage")) {
      fraction(amounts, name, at);
    }
  }

  private void fraction(JsonObject amounts, String name, FieldPath at) {
    if (amounts.has(name)) {
      Quantity value = FieldRules.quantity(amounts.get(name));
      if (value.amount().remainder(BigDecimal.ONE).signum() != 0) {
        add(
            at.key(name),
            "fractional byte value "
                + GoQuote.quote(value.toString())
                + " is invalid, must be an integer");
      }
    }
  }

  private void seccomp(String key) {
    if (annotations.containsKey(key)) {
      add(
          path.child("metadata", "annotations").key(key),
          "non-functional in v1.27+; use the \"seccompProfile\" field instead");
    }
  }

  private void container(JsonObject container, boolean template, FieldPath at) {
    JsonObject context = container.objectOrEmpty("securityContext");
    String name = container.string("name");
    if (!context.has("seccompProfile")) {
      seccomp(PodAnnotationRules.SECCOMP_CONTAINER + name);
    }
    String appArmor = PodAnnotationRules.APP_ARMOR + name;
    if (!context.has("appArmorProfile") && annotations.containsKey(appArmor)) {
      String prefix =
          template
              ? path.child("metadata", "annotations").key(appArmor).toString()
              : "metadata.annotations[" + appArmor + "]";
      warnings.add(prefix + ": deprecated since v1.30; use the \"appArmorProfile\" field instead");
    }
    JsonObject resources = container.objectOrEmpty("resources");
    for (String amount : List.of("memory", "ephemeral-storage")) {
      fraction(resources.objectOrEmpty("limits"), amount, at.child("resources", "limits"));
      fraction(resources.objectOrEmpty("requests"), amount, at.child("resources", "requests"));
    }
    Set<String> names = new HashSet<>();
    List<JsonObject> env = container.objects("env");
    for (int i = 0; i < env.size(); i++) {
      String variable = env.get(i).string("name");
      String value = env.get(i).string("value");
      String reference = "$(" + variable + ")";
      if (!names.add(variable)
          && (env.get(i).has("valueFrom")
              || value.equals(reference)
              || !value.contains(reference))) {
        add(
            at.child("env").index(i),
            "hides previous definition of "
                + GoQuote.quote(variable)
                + ", which may be dropped when using apply");
      }
    }
  }

  private record Port(FieldPath at, String hostIp, long hostPort) {}

  private void ports() {
    Map<String, List<Port>> all = new HashMap<>();
    PodSpecRules.forEachContainer(
        spec,
        specPath,
        (container, at) -> {
          List<JsonObject> ports = container.objects("ports");
          for (int i = 0; i < ports.size(); i++) {
            port(ports.get(i), at.child("ports").index(i), all);
          }
        });
    Map<String, FieldPath> names = new HashMap<>();
    PodSpecRules.forEachContainer(
        spec,
        specPath,
        (container, at) -> {
          List<JsonObject> ports = container.objects("ports");
          for (int i = 0; i < ports.size(); i++) {
            String name = ports.get(i).string("name");
            FieldPath where = at.child("ports").index(i);
            FieldPath other = name.isEmpty() ? null : names.putIfAbsent(name, where);
            if (other != null) {
              add(
                  where,
                  "duplicate port name "
                      + GoQuote.quote(name)
                      + " with "
                      + other
                      + ", services and probes that select ports by name will use "
                      + other);
            }
          }
        });
  }

  private void port(JsonObject port, FieldPath at, Map<String, List<Port>> all) {
    Port now = new Port(at, port.string("hostIP"), port.integer("hostPort"));
    if (!now.hostIp().isEmpty() && now.hostPort() == 0) {
      add(
          at,
          "hostIP set without hostPort: {Name:%s HostPort:0 ContainerPort:%d Protocol:%s HostIP:%s}"
              .formatted(
                  port.string("name"),
                  port.integer("containerPort"),
                  port.string("protocol"),
                  now.hostIp()));
    }
    List<Port> others =
        all.computeIfAbsent(
            port.integer("containerPort") + "/" + port.string("protocol"),
            key -> new ArrayList<>());
    for (Port other : others) {
      if (now.hostIp().equals(other.hostIp()) && now.hostPort() == other.hostPort()) {
        add(at, "duplicate port definition with " + other.at());
      } else if (now.hostPort() == 0 || other.hostPort() == 0) {
        add(at, "overlapping port definition with " + other.at());
      } else if (now.hostPort() == other.hostPort()
          && now.hostIp().isEmpty() != other.hostIp().isEmpty()) {
        add(at, "dangerously ambiguous port definition with " + other.at());
      }
    }
    others.add(now);
  }

  private void podAffinity() {
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      JsonObject rules = spec.objectOrEmpty("affinity").objectOrEmpty(kind);
      FieldPath at = specPath.child("affinity", kind);
      List<JsonObject> required = rules.objects(REQUIRED);
      for (int i = 0; i < required.size(); i++) {
        if (!required.get(i).has("labelSelector")) {
          warnings.add(at.child(REQUIRED).index(i).child("labelSelector") + NULL_SELECTOR);
        }
      }
      List<JsonObject> preferred = rules.objects(PREFERRED);
      for (int i = 0; i < preferred.size(); i++) {
        if (!preferred.get(i).objectOrEmpty("podAffinityTerm").has("labelSelector")) {
          warnings.add(
              at.child(PREFERRED).index(i).child("podAffinityTerm", "labelSelector")
                  + NULL_SELECTOR);
        }
      }
    }
  }
}
