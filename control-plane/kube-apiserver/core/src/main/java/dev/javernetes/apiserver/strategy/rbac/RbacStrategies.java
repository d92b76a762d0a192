package dev.javernetes.apiserver.strategy.rbac;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.ObjectMetaRules.NameRule;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;
import java.util.Objects;

/** Role, ClusterRole, RoleBinding and ClusterRoleBinding. */
public final class RbacStrategies {
  private static final String GROUP = "rbac.authorization.k8s.io";

  public static final Strategy ROLE = new RoleStrategy(true);
  public static final Strategy CLUSTER_ROLE = new RoleStrategy(false);
  public static final Strategy ROLE_BINDING = new BindingStrategy(true);
  public static final Strategy CLUSTER_ROLE_BINDING = new BindingStrategy(false);

  private RbacStrategies() {}

  private record RoleStrategy(boolean namespaced) implements Strategy {
    @Override
    public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
      return List.of(MetadataCheck.CREATE, MetadataCheck.UPDATE);
    }

    @Override
    public NameRule nameRule() {
      return NameRule.PATH_SEGMENT;
    }

    @Override
    public boolean allowCreateOnUpdate() {
      return true;
    }

    @Override
    public void validateCreate(StrategyContext context, JsonObject role, ErrorList errors) {
      List<JsonObject> rules = role.objects("rules");
      for (int i = 0; i < rules.size(); i++) {
        validateRule(rules.get(i), FieldPath.of("rules").index(i), errors);
      }
      JsonObject aggregation = role.object("aggregationRule");
      if (aggregation == null || namespaced) {
        return;
      }
      FieldPath path = FieldPath.of("aggregationRule", "clusterRoleSelectors");
      List<JsonObject> selectors = aggregation.objects("clusterRoleSelectors");
      if (selectors.isEmpty()) {
        errors.required(
            path, "at least one clusterRoleSelector required if aggregationRule is non-nil");
      }
      for (int i = 0; i < selectors.size(); i++) {
        int before = errors.size();
        FieldRules.labelSelector(selectors.get(i), path.index(i), errors);
        if (errors.size() > before) { // upstream goes on to parse it and tells the nil of that
          errors.invalid(path.index(i), null, "invalid label selector.");
        }
      }
    }

    @Override
    public void validateUpdate(
        StrategyContext context, JsonObject role, JsonObject old, ErrorList errors) {
      validateCreate(context, role, errors);
    }

    private void validateRule(JsonObject rule, FieldPath path, ErrorList errors) {
      if (rule.strings("verbs").isEmpty()) {
        errors.required(path.child("verbs"), "verbs must contain at least one value");
      }
      if (!rule.strings("nonResourceURLs").isEmpty()) {
        Object urls = rule.get("nonResourceURLs");
        if (namespaced) {
          errors.invalid(
              path.child("nonResourceURLs"),
              urls,
              "namespaced rules cannot apply to non-resource URLs");
        }
        if (!rule.strings("apiGroups").isEmpty()
            || !rule.strings("resources").isEmpty()
            || !rule.strings("resourceNames").isEmpty()) {
          errors.invalid(
              path.child("nonResourceURLs"),
              urls,
              "rules cannot apply to both regular resources and non-resource URLs");
        }
        return;
      }
      if (rule.strings("apiGroups").isEmpty()) {
        errors.required(
            path.child("apiGroups"), "resource rules must supply at least one api group");
      }
      if (rule.strings("resources").isEmpty()) {
        errors.required(
            path.child("resources"), "resource rules must supply at least one resource");
      }
    }
  }

  private record BindingStrategy(boolean namespaced) implements Strategy {
    @Override
    public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
      return List.of(MetadataCheck.CREATE, MetadataCheck.UPDATE);
    }

    @Override
    public void applyDefaults(JsonObject binding) {
      FieldRules.defaultTo(binding.ensureObject("roleRef"), "apiGroup", GROUP);
      for (JsonObject subject : binding.objects("subjects")) {
        String kind = subject.string("kind");
        if (kind.equals("User") || kind.equals("Group")) {
          FieldRules.defaultTo(subject, "apiGroup", GROUP);
        }
      }
    }

    @Override
    public NameRule nameRule() {
      return NameRule.PATH_SEGMENT;
    }

    @Override
    public boolean allowCreateOnUpdate() {
      return true;
    }

    @Override
    public void validateCreate(StrategyContext context, JsonObject binding, ErrorList errors) {
      JsonObject role = binding.objectOrEmpty("roleRef");
      FieldPath path = FieldPath.of("roleRef");
      FieldRules.supported(role.string("apiGroup"), List.of(GROUP), path.child("apiGroup"), errors);
      FieldRules.supported(
          role.string("kind"),
          namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole"),
          path.child("kind"),
          errors);
      String name = role.string("name");
      if (name.isEmpty()) {
        errors.required(path.child("name"), "");
      } else {
        FieldRules.invalid(NameFormats.pathSegment(name), path.child("name"), name, errors);
      }
      List<JsonObject> subjects = binding.objects("subjects");
      for (int i = 0; i < subjects.size(); i++) {
        validateSubject(subjects.get(i), FieldPath.of("subjects").index(i), errors);
      }
    }

    @Override
    public void validateUpdate(
        StrategyContext context, JsonObject binding, JsonObject old, ErrorList errors) {
      validateCreate(context, binding, errors);
      if (!Objects.equals(goForm(binding), goForm(old))) {
        errors.invalid(FieldPath.of("roleRef"), goForm(binding), "cannot change roleRef");
      }
    }

    /** As Go prints the internal struct. */
    private static JsonObject goForm(JsonObject binding) {
      JsonObject role = binding.objectOrEmpty("roleRef");
      return JsonObject.of(
          "APIGroup",
          role.string("apiGroup"),
          "Kind",
          role.string("kind"),
          "Name",
          role.string("name"));
    }

    private void validateSubject(JsonObject subject, FieldPath path, ErrorList errors) {
      String name = subject.string("name");
      if (name.isEmpty()) {
        errors.required(path.child("name"), "");
      }
      String group = subject.string("apiGroup");
      switch (subject.string("kind")) {
        case "ServiceAccount" -> {
          if (!name.isEmpty()) {
            FieldRules.dnsSubdomain(name, path.child("name"), errors);
          }
          if (!group.isEmpty()) {
            errors.notSupported(path.child("apiGroup"), group, List.of(""));
          }
          if (!namespaced && subject.string("namespace").isEmpty()) {
            errors.required(path.child("namespace"), "");
          }
        }
        case "User", "Group" ->
            FieldRules.supported(group, List.of(GROUP), path.child("apiGroup"), errors);
        default ->
            FieldRules.supported(
                subject.string("kind"),
                List.of("ServiceAccount", "User", "Group"),
                path.child("kind"),
                errors);
      }
    }
  }
}
