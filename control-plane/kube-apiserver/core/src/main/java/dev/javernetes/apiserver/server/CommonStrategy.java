package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What kinds with a spec and a status have in common: the status is not written through the object,
 * nothing but the status is written through {@code status}, the generation counts changes.
 */
final class CommonStrategy implements Strategy {
  private static final Set<String> COUNTING =
      Set.of(
          "customresourcedefinitions",
          "flowschemas",
          "ingressclasses",
          "ingresses",
          "mutatingadmissionpolicies",
          "mutatingadmissionpolicybindings",
          "mutatingwebhookconfigurations",
          "networkpolicies",
          "poddisruptionbudgets",
          "prioritylevelconfigurations",
          "resourceslices",
          "validatingadmissionpolicies",
          "validatingadmissionpolicybindings",
          "validatingwebhookconfigurations");
  private static final Set<String> WITHOUT_STATUS_RESET = Set.of("events", "componentstatuses");

  private final GroupResource resource;

  CommonStrategy(GroupResource resource) {
    this.resource = resource;
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject object) {
    if (!WITHOUT_STATUS_RESET.contains(resource.resource()) && object.containsKey("status")) {
      object.remove("status");
    }
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    copy(old, object, "status");
  }

  @Override
  public ObjectMetaRules.NameRule nameRule() {
    return switch (resource.group()) {
      case "rbac.authorization.k8s.io" -> ObjectMetaRules.NameRule.PATH_SEGMENT;
      case "" ->
          switch (resource.resource()) {
            case "namespaces" -> ObjectMetaRules.NameRule.DNS_LABEL;
            case "services" -> ObjectMetaRules.NameRule.DNS_1035_LABEL;
            default -> ObjectMetaRules.NameRule.DNS_SUBDOMAIN;
          };
      default -> ObjectMetaRules.NameRule.DNS_SUBDOMAIN;
    };
  }

  @Override
  public boolean countsGeneration() {
    return COUNTING.contains(resource.resource());
  }

  @Override
  public boolean leavesGaps() {
    return true;
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") ? new Status() : null;
  }

  private static void copy(JsonObject from, JsonObject to, String name) {
    if (from.containsKey(name)) {
      to.put(name, from.get(name));
    } else {
      to.remove(name);
    }
  }

  /** Keeps all but the status. */
  private static final class Status implements Strategy {
    @Override
    public void prepareForUpdate(StrategyContext context, JsonObject object, JsonObject old) {
      for (String name : List.copyOf(object.keySet())) {
        if (!name.equals("status") && !name.equals("metadata")) {
          copy(old, object, name);
        }
      }
      old.forEach((name, value) -> {
        if (!name.equals("status")) {
          object.putIfAbsent(name, value);
        }
      });
    }

    @Override
    public List<List<String>> resetFields() {
      return List.of(List.of("spec"));
    }
  }
}
