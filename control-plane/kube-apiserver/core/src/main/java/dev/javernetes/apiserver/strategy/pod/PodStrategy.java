package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.Timestamps;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pods, with their subresources status, ephemeralcontainers and resize. */
public final class PodStrategy implements Strategy {
  private static final List<String> INIT_ANNOTATIONS =
      List.of(
          "pod.beta.kubernetes.io/init-containers",
          "pod.alpha.kubernetes.io/init-containers",
          "pod.beta.kubernetes.io/init-container-statuses",
          "pod.alpha.kubernetes.io/init-container-statuses");

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.UPDATE, MetadataCheck.CREATE);
  }

  @Override
  public void applyDefaults(JsonObject pod) {
    onePodIp(pod);
    if (pod.objectOrEmpty("metadata").object("annotations") instanceof JsonObject annotations) {
      INIT_ANNOTATIONS.forEach(annotations::remove);
    }
    PodDefaults.applyToPod(pod);
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject pod) {
    JsonObject spec = pod.ensureObject("spec");
    DisabledPodFields.drop(spec);
    JsonObject status = JsonObject.of("phase", "Pending", "qosClass", PodResources.qosClass(spec));
    if (!spec.objects("schedulingGates").isEmpty()) {
      JsonObject condition =
          JsonObject.of(
              "type", "PodScheduled",
              "status", "False",
              "lastProbeTime", null,
              "lastTransitionTime", Timestamps.format(context.now()),
              "reason", "SchedulingGated",
              "message", "Scheduling is blocked due to non-empty scheduling gates");
      status.ensureArray("conditions").add(condition);
    }
    pod.put("status", status);
    Map<String, String> labels = pod.objectOrEmpty("metadata").stringMap("labels");
    LabelKeySelectors.merge(spec, labels);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject pod, ErrorList errors) {
    PodRules.checkCreate(pod, errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject pod) {
    List<String> warnings = new ArrayList<>();
    String name = pod.objectOrEmpty("metadata").string("name");
    List<String> problems = NameFormats.dnsLabel(name);
    if (!problems.isEmpty()) {
      warnings.add(
          "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is"
              + " recommended: "
              + problems);
    }
    warnings.addAll(
        PodWarnings.of(
            pod.objectOrEmpty("spec"),
            pod.objectOrEmpty("metadata"),
            dev.javernetes.api.machinery.field.FieldPath.ROOT,
            false));
    return warnings;
  }

  @Override
  public void canonicalize(JsonObject pod) {
    if (pod.object("spec") instanceof JsonObject spec) {
      PodDefaults.serviceAccountAlias(spec);
    }
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject pod, JsonObject old) {
    PodRules.copy("status", old, pod);
    DisabledPodFields.drop(pod.ensureObject("spec"));
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject pod, JsonObject old, ErrorList errors) {
    PodRules.checkUpdate(pod, old, errors);
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Long gracePeriodSeconds(
      StrategyContext context, JsonObject pod, @Nullable Long asked) {
    JsonObject spec = pod.objectOrEmpty("spec");
    String phase = pod.objectOrEmpty("status").string("phase");
    if (spec.string("nodeName").isEmpty() || phase.equals("Failed") || phase.equals("Succeeded")) {
      return 0L;
    }
    long period = asked != null ? asked : spec.integer("terminationGracePeriodSeconds");
    return period < 0 ? 1L : (Long) period;
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return switch (name) {
      case "status" -> new Status();
      case "ephemeralcontainers" -> new EphemeralContainers();
      case "resize" -> new Resize();
      default -> null;
    };
  }

  /**
   * Metadata but for what a controller may note on it stays as it was, as upstream resets it for
   * subresources.
   */
  private static void keepMetadata(JsonObject pod, JsonObject old) {
    JsonObject metadata = pod.ensureObject("metadata");
    JsonObject before = old.objectOrEmpty("metadata");
    for (String name :
        List.of(
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "selfLink",
            "labels",
            "annotations",
            "finalizers",
            "ownerReferences")) {
      PodRules.copy(name, before, metadata);
    }
  }

  private static final class Status implements Strategy {
    @Override
    public void prepareForUpdate(StrategyContext context, JsonObject pod, JsonObject old) {
      PodRules.copy("spec", old, pod);
      PodRules.copy("ownerReferences", old.objectOrEmpty("metadata"), pod.ensureObject("metadata"));
      JsonObject status = pod.ensureObject("status");
      JsonObject before = old.objectOrEmpty("status");
      FieldRules.defaultTo(status, "qosClass", before.string("qosClass"));
      if (status.string("qosClass").isEmpty()) {
        status.remove("qosClass");
      }
      if (status.integer("observedGeneration") == 0) {
        PodRules.copy("observedGeneration", before, status);
      }
      // a condition may be there several times; each is matched with one of the old
      List<JsonObject> left = new ArrayList<>(before.objects("conditions"));
      for (JsonObject condition : status.objects("conditions")) {
        JsonObject same = null;
        for (JsonObject each : left) {
          if (same == null && each.string("type").equals(condition.string("type"))) {
            same = each;
          }
        }
        left.remove(same);
        if (same != null && condition.integer("observedGeneration") == 0) {
          PodRules.copy("observedGeneration", same, condition);
        }
      }
      status.remove("nodeAllocatableResourceClaimStatuses"); // DRANodeAllocatableResources
    }

    /** The one address that old clients know is the first of all. */
    @Override
    public void applyDefaults(JsonObject pod) {
      JsonObject status = pod.ensureObject("status");
      String address = status.string("podIP");
      List<JsonObject> all = status.objects("podIPs");
      if (!address.isEmpty() && (all.isEmpty() || !all.getFirst().string("ip").equals(address))) {
        status.put("podIPs", new ArrayList<Object>(List.of(JsonObject.of("ip", address))));
      } else if (!all.isEmpty()) {
        status.put("podIP", all.getFirst().string("ip"));
      }
    }

    @Override
    public void validateUpdate(
        StrategyContext context, JsonObject pod, JsonObject old, ErrorList errors) {
      PodRules.checkStatus(pod, old, errors);
    }

    @Override
    public List<String> warningsOnUpdate(StrategyContext context, JsonObject pod, JsonObject old) {
      List<String> warnings = new ArrayList<>();
      for (String list : List.of("podIPs", "hostIPs")) {
        List<JsonObject> addresses = pod.objectOrEmpty("status").objects(list);
        for (int i = 0; i < addresses.size(); i++) {
          IpRules.warn(
              addresses.get(i).string("ip"),
              FieldPath.of("status", list).index(i).child("ip"),
              warnings);
        }
      }
      return warnings;
    }

    @Override
    public List<List<String>> resetFields() {
      return List.of(
          List.of("spec"),
          List.of("metadata", "deletionTimestamp"),
          List.of("metadata", "ownerReferences"));
    }
  }

  private static final class EphemeralContainers implements Strategy {
    @Override
    public void applyDefaults(JsonObject pod) {
      PodDefaults.applyToPod(pod);
    }

    @Override
    public void prepareForUpdate(StrategyContext context, JsonObject pod, JsonObject old) {
      Object containers = pod.objectOrEmpty("spec").get("ephemeralContainers");
      JsonObject spec = old.objectOrEmpty("spec").deepCopy();
      spec.remove("ephemeralContainers");
      if (containers != null) {
        spec.put("ephemeralContainers", containers);
      }
      pod.put("spec", spec);
      PodRules.copy("status", old, pod);
      keepMetadata(pod, old);
    }

    @Override
    public void validateUpdate(
        StrategyContext context, JsonObject pod, JsonObject old, ErrorList errors) {
      PodRules.checkEphemeralContainers(pod, old, errors);
    }

    @Override
    public boolean countsGeneration() {
      return true;
    }

    @Override
    public List<List<String>> resetFields() {
      return List.of(List.of("status"));
    }
  }

  private static final class Resize implements Strategy {
    @Override
    public void applyDefaults(JsonObject pod) {
      PodDefaults.applyToPod(pod);
    }

    @Override
    public void prepareForUpdate(StrategyContext context, JsonObject pod, JsonObject old) {
      JsonObject spec = pod.ensureObject("spec");
      JsonObject before = old.objectOrEmpty("spec");
      JsonObject kept = before.deepCopy();
      for (String list : List.of("containers", "initContainers")) {
        List<JsonObject> now = spec.objects(list);
        List<JsonObject> was = kept.objects(list);
        if (now.size() != was.size()) {
          return; // refused by validation
        }
        boolean renamed = false;
        for (int i = 0; i < now.size(); i++) {
          renamed |= !now.get(i).string("name").equals(was.get(i).string("name"));
        }
        for (int i = 0; i < now.size() && !renamed; i++) {
          PodRules.copy("resources", now.get(i), was.get(i));
          PodRules.copy("resizePolicy", now.get(i), was.get(i));
        }
        if (renamed) {
          PodRules.copy(list, spec, kept);
        }
      }
      PodRules.copy("resources", spec, kept);
      pod.put("spec", kept);
      PodRules.copy("status", old, pod);
      keepMetadata(pod, old);
    }

    @Override
    public void validateUpdate(
        StrategyContext context, JsonObject pod, JsonObject old, ErrorList errors) {
      PodResizeRules.check(pod, old, errors);
    }

    @Override
    public boolean countsGeneration() {
      return true;
    }

    @Override
    public List<List<String>> resetFields() {
      return List.of(List.of("status"));
    }
  }

  /** {@code podIP} is the first of {@code podIPs}, and right where they differ (old kubelets). */
  private static void onePodIp(JsonObject pod) {
    JsonObject status = pod.object("status");
    if (status == null) {
      return;
    }
    String first = status.string("podIP");
    List<JsonObject> all = status.objects("podIPs");
    if (!first.isEmpty() && (all.isEmpty() || !all.getFirst().string("ip").equals(first))) {
      status.put("podIPs", new ArrayList<Object>(List.of(JsonObject.of("ip", first))));
    } else if (first.isEmpty() && !all.isEmpty()) {
      status.put("podIP", all.getFirst().string("ip"));
    }
  }
}
