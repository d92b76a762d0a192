package dev.javernetes.apiserver.strategy.pod;

import static dev.javernetes.apiserver.strategy.FieldRules.defaultIfAbsent;
import static dev.javernetes.apiserver.strategy.FieldRules.defaultTo;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.ResourceNames;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/** What upstream fills into a pod's specification, in pods and in templates. */
public final class PodDefaults {
  private static final long FILE_MODE = 0644;
  private static final long TOKEN_SECONDS = 3600;

  private PodDefaults() {}

  /** A pod itself: everything of its specification, and what only pods get. */
  static void applyToPod(JsonObject pod) {
    JsonObject spec = pod.ensureObject("spec");
    if (spec.integer("terminationGracePeriodSeconds") < 0) {
      spec.put("terminationGracePeriodSeconds", 1L); // not in templates
    }
    for (String list : List.of("containers", "initContainers")) {
      for (JsonObject container : spec.objects(list)) {
        requestsFromLimits(container);
        if (spec.bool("hostNetwork")) {
          for (JsonObject port : container.objects("ports")) {
            defaultTo(port, "hostPort", port.integer("containerPort"));
          }
        }
      }
    }
    podLevelResources(spec);
    defaultIfAbsent(spec, "enableServiceLinks", true);
    apply(spec);
  }

  private static void requestsFromLimits(JsonObject container) {
    JsonObject limits = container.objectOrEmpty("resources").object("limits");
    if (limits == null || limits.isEmpty()) {
      return;
    }
    JsonObject requests = container.ensureObject("resources").ensureObject("requests");
    limits.forEach(requests::putIfAbsent);
  }

  private static void podLevelResources(JsonObject spec) {
    JsonObject resources = spec.object("resources");
    if (resources == null) {
      return;
    }
    JsonObject limits = resources.objectOrEmpty("limits");
    JsonObject requests = resources.objectOrEmpty("requests");
    if (!limits.isEmpty() || !requests.isEmpty()) {
      PodResources.containers(spec, "limits")
          .forEach((name, value) -> {
            if (ResourceNames.isHugePage(name) && !requests.containsKey(name)) {
              resources.ensureObject("limits").putIfAbsent(name, value.toString());
            }
          });
    }
    if (limits.isEmpty()) {
      return;
    }
    PodResources.containers(spec, "requests")
        .forEach((name, value) -> {
          if (name.equals("cpu") || name.equals("memory")) {
            resources.ensureObject("requests").putIfAbsent(name, value.toString());
          }
        });
    limits.forEach((name, value) -> {
      if (name.equals("cpu") || name.equals("memory") || ResourceNames.isHugePage(name)) {
        resources.ensureObject("requests").putIfAbsent(name, value);
      }
    });
  }

  /** The specification, wherever it stands. */
  public static void apply(JsonObject spec) {
    defaultTo(spec, "dnsPolicy", "ClusterFirst");
    defaultTo(spec, "restartPolicy", "Always");
    if (spec.object("securityContext") == null) {
      spec.put("securityContext", new JsonObject());
    }
    defaultIfAbsent(spec, "terminationGracePeriodSeconds", 30L);
    defaultTo(spec, "schedulerName", "default-scheduler");
    serviceAccountAlias(spec);
    spec.objects("volumes").forEach(PodDefaults::volume);
    for (String list : PodSpecRules.CONTAINER_LISTS) {
      spec.objects(list).forEach(PodDefaults::container);
    }
    roundUp(spec, "overhead");
    if (spec.object("resources") instanceof JsonObject resources) {
      roundUp(resources, "limits");
      roundUp(resources, "requests");
    }
  }

  /** {@code serviceAccount} is an old name of {@code serviceAccountName}; both say the same. */
  static void serviceAccountAlias(JsonObject spec) {
    defaultTo(spec, "serviceAccountName", spec.string("serviceAccount"));
    String name = spec.string("serviceAccountName");
    if (name.isEmpty()) {
      spec.remove("serviceAccountName");
      spec.remove("serviceAccount");
    } else {
      spec.put("serviceAccount", name);
    }
  }

  private static void volume(JsonObject volume) {
    if (VolumeRules.sourceNames().stream().noneMatch(volume::has)) {
      volume.put("emptyDir", new JsonObject());
    }
    for (String mode : List.of("secret", "configMap", "downwardAPI", "projected")) {
      if (volume.object(mode) instanceof JsonObject source) {
        defaultIfAbsent(source, "defaultMode", FILE_MODE);
      }
    }
    if (volume.object("hostPath") instanceof JsonObject source) {
      defaultIfAbsent(source, "type", "");
    }
    if (volume.object("downwardAPI") instanceof JsonObject source) {
      source.objects("items").forEach(PodDefaults::fieldRef);
    }
    if (volume.object("projected") instanceof JsonObject projected) {
      for (JsonObject source : projected.objects("sources")) {
        source.objectOrEmpty("downwardAPI").objects("items").forEach(PodDefaults::fieldRef);
        if (source.object("serviceAccountToken") instanceof JsonObject token) {
          defaultIfAbsent(token, "expirationSeconds", TOKEN_SECONDS);
        }
      }
    }
    if (volume.object("ephemeral") instanceof JsonObject ephemeral
        && ephemeral.object("volumeClaimTemplate") instanceof JsonObject template) {
      defaultIfAbsent(template.ensureObject("spec"), "volumeMode", "Filesystem");
    }
    if (volume.object("image") instanceof JsonObject image) {
      defaultTo(image, "pullPolicy", pullPolicy(image.string("reference")));
    }
    driverDefaults(volume);
  }

  /** Shared with persistent volumes. */
  public static void driverDefaults(JsonObject sources) {
    if (sources.object("iscsi") instanceof JsonObject source) {
      defaultTo(source, "iscsiInterface", "default");
    }
    if (sources.object("rbd") instanceof JsonObject source) {
      defaultTo(source, "pool", "rbd");
      defaultTo(source, "user", "admin");
      defaultTo(source, "keyring", "/etc/ceph/keyring");
    }
    if (sources.object("azureDisk") instanceof JsonObject source) {
      defaultIfAbsent(source, "cachingMode", "ReadWrite");
      defaultIfAbsent(source, "kind", "Shared");
      defaultIfAbsent(source, "fsType", "ext4");
      defaultIfAbsent(source, "readOnly", false);
    }
    if (sources.object("scaleIO") instanceof JsonObject source) {
      defaultTo(source, "storageMode", "ThinProvisioned");
      defaultTo(source, "fsType", "xfs");
    }
  }

  private static void fieldRef(JsonObject holder) {
    if (holder.object("fieldRef") instanceof JsonObject field) {
      defaultTo(field, "apiVersion", "v1");
    }
  }

  private static void container(JsonObject container) {
    defaultTo(container, "imagePullPolicy", pullPolicy(container.string("image")));
    defaultTo(container, "terminationMessagePath", "/dev/termination-log");
    defaultTo(container, "terminationMessagePolicy", "File");
    container.objects("ports").forEach(port -> defaultTo(port, "protocol", "TCP"));
    for (JsonObject variable : container.objects("env")) {
      JsonObject from = variable.objectOrEmpty("valueFrom");
      fieldRef(from);
      if (from.object("fileKeyRef") instanceof JsonObject file) {
        defaultIfAbsent(file, "optional", false);
      }
    }
    JsonObject resources = container.objectOrEmpty("resources");
    roundUp(resources, "limits");
    roundUp(resources, "requests");
    for (String name : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      if (container.object(name) instanceof JsonObject probe) {
        probe(probe);
      }
    }
    JsonObject lifecycle = container.objectOrEmpty("lifecycle");
    handler(lifecycle.objectOrEmpty("postStart"));
    handler(lifecycle.objectOrEmpty("preStop"));
  }

  private static void probe(JsonObject probe) {
    defaultTo(probe, "timeoutSeconds", 1L);
    defaultTo(probe, "periodSeconds", 10L);
    defaultTo(probe, "successThreshold", 1L);
    defaultTo(probe, "failureThreshold", 3L);
    handler(probe);
    if (probe.object("grpc") instanceof JsonObject grpc) {
      defaultIfAbsent(grpc, "service", "");
    }
  }

  private static void handler(JsonObject handler) {
    if (handler.object("httpGet") instanceof JsonObject http) {
      defaultTo(http, "path", "/");
      defaultTo(http, "scheme", "HTTP");
    }
  }

  /** {@code Always} for {@code latest}, the tag of an image without one. */
  static String pullPolicy(String image) {
    if (image.indexOf('@') >= 0) {
      return "IfNotPresent";
    }
    int slash = image.lastIndexOf('/');
    int colon = image.indexOf(':', slash + 1);
    boolean latest = colon < 0 || image.substring(colon + 1).equals("latest");
    return latest && isImageName(image) ? "Always" : "IfNotPresent";
  }

  /** Upstream's parser gives up on what is no image name, and then there is no tag. */
  private static boolean isImageName(String image) {
    return !image.isEmpty()
        && image.equals(image.strip())
        && image.substring(image.indexOf('/') + 1).chars().noneMatch(Character::isUpperCase)
        && image.chars().noneMatch(c -> c == ' ');
  }

  /** Amounts finer than a thousandth are rounded up. */
  public static void roundUp(JsonObject holder, String list) {
    JsonObject amounts = holder.object(list);
    if (amounts == null) {
      return;
    }
    for (Map.Entry<String, @org.jspecify.annotations.Nullable Object> entry : amounts.entrySet()) {
      Quantity value = FieldRules.quantity(entry.getValue());
      if (value.amount().stripTrailingZeros().scale() > 3) {
        entry.setValue(
            Quantity.of(value.amount().setScale(3, RoundingMode.UP), value.format()).toString());
      }
    }
  }
}
