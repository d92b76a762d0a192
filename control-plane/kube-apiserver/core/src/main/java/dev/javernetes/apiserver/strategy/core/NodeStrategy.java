package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.IpRules;
import dev.javernetes.apiserver.strategy.ResourceNames;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.pod.SchedulingRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Nodes. */
public final class NodeStrategy implements Strategy {
  private static final Pattern FEATURE =
      Pattern.compile("[A-Z][a-zA-Z0-9]*(/[a-zA-Z][a-zA-Z0-9]*)*");
  private static final String ONLY_ONCE =
      "node updates may not change %s except from \"\" to valid";

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE, MetadataCheck.UPDATE);
  }

  @Override
  public void applyDefaults(JsonObject node) {
    JsonObject spec = node.ensureObject("spec");
    List<String> cidrs = spec.strings("podCIDRs");
    // podCIDR is the first of podCIDRs; an old client may give only the one
    if (cidrs.isEmpty() && !spec.string("podCIDR").isEmpty()) {
      spec.put("podCIDRs", new ArrayList<Object>(List.of(spec.string("podCIDR"))));
    } else if (!cidrs.isEmpty() && !cidrs.getFirst().equals(spec.string("podCIDR"))) {
      if (spec.string("podCIDR").isEmpty()) {
        spec.put("podCIDR", cidrs.getFirst());
      } else {
        spec.put("podCIDRs", new ArrayList<Object>(List.of(spec.string("podCIDR"))));
      }
    }
    JsonObject status = node.ensureObject("status");
    if (status.object("capacity") instanceof JsonObject capacity
        && status.object("allocatable") == null) {
      status.put("allocatable", capacity.deepCopy());
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject node) {
    node.objectOrEmpty("spec").remove("configSource");
    node.objectOrEmpty("status").remove("config");
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject node, JsonObject old) {
    CoreTrees.keepStatus(node, old);
    if (!old.objectOrEmpty("spec").has("configSource")) {
      node.objectOrEmpty("spec").remove("configSource");
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject node, ErrorList errors) {
    taints(node, errors);
    resources(node, errors);
    JsonObject swap = node.objectOrEmpty("status").objectOrEmpty("nodeInfo").objectOrEmpty("swap");
    if (swap.has("capacity")) {
      FieldRules.positive(
          swap.integer("capacity"), FieldPath.of("metadata", "nodeSwapStatus", "capacity"), errors);
    }
    declaredFeatures(node, errors);
    List<String> cidrs = node.objectOrEmpty("spec").strings("podCIDRs");
    FieldPath path = FieldPath.of("spec", "podCIDRs");
    for (int i = 0; i < cidrs.size(); i++) {
      IpRules.cidr(cidrs.get(i), List.of(), path.index(i), errors);
    }
    if (cidrs.size() > 1) {
      List<String> bases =
          cidrs.stream()
              .map(cidr -> cidr.indexOf('/') < 0 ? cidr : cidr.substring(0, cidr.indexOf('/')))
              .toList();
      if (cidrs.size() > 2 || !IpRules.isDualStack(bases)) {
        errors.invalid(
            path,
            node.objectOrEmpty("spec").get("podCIDRs"),
            "may specify no more than one CIDR for each IP family");
      }
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject node, JsonObject old, ErrorList errors) {
    validateCreate(context, node, errors); // upstream looks at most things twice
    checkUpdate(node, old, errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject node) {
    JsonObject spec = node.objectOrEmpty("spec");
    List<String> warnings = new ArrayList<>();
    if (spec.has("configSource")) {
      warnings.add("spec.configSource: the feature is removed");
    }
    if (!spec.string("externalID").isEmpty()) {
      warnings.add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
    }
    List<String> cidrs = spec.strings("podCIDRs");
    for (int i = 0; i < cidrs.size(); i++) {
      IpRules.warnCidr(cidrs.get(i), FieldPath.of("spec", "podCIDRs").index(i), warnings);
    }
    return warnings;
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject node, JsonObject old) {
    return warningsOnCreate(context, node);
  }

  private static void checkUpdate(JsonObject node, JsonObject old, ErrorList errors) {
    resources(node, errors);
    declaredFeatures(node, errors);
    Set<JsonObject> seen = new HashSet<>();
    List<JsonObject> addresses = node.objectOrEmpty("status").objects("addresses");
    for (int i = 0; i < addresses.size(); i++) {
      if (!seen.add(addresses.get(i))) {
        errors.duplicate(
            FieldPath.of("status", "addresses").index(i),
            InternalForm.of("core.NodeAddress", addresses.get(i)));
      }
    }
    JsonObject spec = node.objectOrEmpty("spec");
    JsonObject before = old.objectOrEmpty("spec");
    List<String> cidrs = before.strings("podCIDRs");
    List<String> now = spec.strings("podCIDRs");
    boolean sameCount = cidrs.size() == now.size();
    for (int i = 0; i < (sameCount ? cidrs.size() : Math.min(1, cidrs.size())); i++) {
      if (!sameCount || !cidrs.get(i).equals(now.get(i))) {
        errors.forbidden(FieldPath.of("spec", "podCIDRs"), ONLY_ONCE.formatted("podCIDR"));
      }
    }
    String provider = before.string("providerID");
    if (!provider.isEmpty() && !provider.equals(spec.string("providerID"))) {
      errors.forbidden(FieldPath.of("spec", "providerID"), ONLY_ONCE.formatted("providerID"));
    }
    taints(node, errors);
    if (!spec.string("externalID").equals(before.string("externalID"))) {
      errors.forbidden(FieldPath.of("spec", "externalID"), "may not be updated");
    }
  }

  private static void taints(JsonObject node, ErrorList errors) {
    List<JsonObject> taints = node.objectOrEmpty("spec").objects("taints");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < taints.size(); i++) {
      JsonObject taint = taints.get(i);
      FieldPath at = FieldPath.of("metadata", "taints").index(i);
      FieldRules.qualifiedName(taint.string("key"), at.child("key"), errors);
      List<String> problems = NameFormats.labelValue(taint.string("value"));
      if (!problems.isEmpty()) {
        errors.invalid(at.child("value"), taint.string("value"), String.join(";", problems));
      }
      FieldRules.oneOf(
          taint.string("effect"), SchedulingRules.TAINT_EFFECTS, at.child("effect"), errors);
      if (!seen.add(taint.string("effect") + " " + taint.string("key"))) {
        errors.add(
            new FieldError(
                FieldError.Type.DUPLICATE,
                at.toString(),
                InternalForm.of("core.Taint", taint),
                "taints must be unique by key and effect pair",
                false));
      }
    }
  }

  private static void resources(JsonObject node, ErrorList errors) {
    for (String list : List.of("capacity", "allocatable")) {
      for (Map.Entry<String, @Nullable Object> entry :
          node.objectOrEmpty("status").objectOrEmpty(list).entrySet()) {
        ResourceNames.checkValue(
            entry.getKey(),
            FieldRules.quantity(entry.getValue()),
            FieldPath.of("status", list, entry.getKey()),
            errors);
      }
    }
  }

  private static void declaredFeatures(JsonObject node, ErrorList errors) {
    List<String> features = node.objectOrEmpty("status").strings("declaredFeatures");
    FieldPath path = FieldPath.of("status", "declaredFeatures");
    for (int i = 0; i < features.size(); i++) {
      featureName(features.get(i), path.index(i), errors);
    }
    for (int i = 1; i < features.size(); i++) {
      int order = features.get(i - 1).compareTo(features.get(i));
      if (order == 0) {
        errors.duplicate(path.index(i), features.get(i));
      } else if (order > 0) {
        errors.invalid(path.index(i), features.get(i), "list must be sorted alphabetically");
      }
    }
  }

  private static void featureName(String name, FieldPath path, ErrorList errors) {
    String invalid = "invalid feature name " + GoQuote.quote(name) + ": ";
    if (name.length() > 253) {
      errors.invalid(path, name, invalid + "must be no more than 253 characters");
    } else if (!FEATURE.matcher(name).matches()) {
      errors.invalid(
          path,
          name,
          invalid
              + "must start with an UpperCamelCase segment, with subsequent segments separated by"
              + " '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric"
              + " characters and slashes");
    }
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(this::applyDefaults, List.of(), NodeStrategy::checkUpdate)
        : null;
  }
}
