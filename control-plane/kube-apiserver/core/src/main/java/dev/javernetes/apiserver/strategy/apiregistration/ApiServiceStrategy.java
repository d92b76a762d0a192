package dev.javernetes.apiserver.strategy.apiregistration;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.ObjectMetaRules.NameRule;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.StatusOnly;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** APIService: which server answers for a group and version. One without service is ours. */
public final class ApiServiceStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final List<String> STATUSES = List.of("True", "False", "Unknown");

  @Override
  public List<MetadataCheck> metadataOnCreate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE_GENERIC);
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.UPDATE_GENERIC, MetadataCheck.CREATE_GENERIC);
  }

  @Override
  public NameRule nameRule() {
    return (name, prefix) -> NameFormats.pathSegment(name);
  }

  @Override
  public void applyDefaults(JsonObject service) {
    JsonObject reference = service.objectOrEmpty("spec").object("service");
    if (reference != null) {
      FieldRules.defaultIfAbsent(reference, "port", 443L);
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject service) {
    service.put("status", new JsonObject());
    if (!service.objectOrEmpty("spec").has("service")) {
      List<Object> conditions = new ArrayList<>();
      conditions.add(
          JsonObject.of(
              "type",
              "Available",
              "status",
              "True",
              "lastTransitionTime",
              context.now().truncatedTo(ChronoUnit.SECONDS).toString(),
              "reason",
              "Local",
              "message",
              "Local APIServices are always available"));
      service.ensureObject("status").put("conditions", conditions);
    }
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject service, JsonObject old) {
    StatusOnly.restore(service, "status", old.get("status"));
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? StatusOnly.of((service, old, errors) -> validateStatus(service, errors))
            .looking(List.of(MetadataCheck.UPDATE_GENERIC))
        : null;
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject service, ErrorList errors) {
    JsonObject spec = service.objectOrEmpty("spec");
    String group = spec.string("group");
    String version = spec.string("version");
    String name = service.objectOrEmpty("metadata").string("name");
    String required = version + "." + group;
    if (!name.equals(required) && NameFormats.pathSegment(name).isEmpty()) {
      errors.invalid(
          FieldPath.of("metadata", "name"),
          name,
          "must be `spec.version+\".\"+spec.group`: " + GoQuote.quote(required));
    }
    if (group.isEmpty() && !version.equals("v1")) {
      errors.required(
          SPEC.child("group"), "only v1 may have an empty group and it better be legacy kube");
    }
    if (!group.isEmpty()) {
      FieldRules.dnsSubdomain(group, SPEC.child("group"), errors);
    }
    FieldRules.invalid(NameFormats.dns1035Label(version), SPEC.child("version"), version, errors);
    within(spec, "groupPriorityMinimum", 20_000, errors);
    within(spec, "versionPriority", 1000, errors);
    JsonObject reference = spec.object("service");
    boolean insecure = spec.bool("insecureSkipTLSVerify");
    String bundle = spec.string("caBundle");
    if (reference == null) {
      if (!bundle.isEmpty()) {
        int bytes = java.util.Base64.getDecoder().decode(bundle).length;
        errors.invalid(
            SPEC.child("caBundle"), bytes + " bytes", "local APIServices may not have a caBundle");
      }
      if (insecure) {
        errors.invalid(
            SPEC.child("insecureSkipTLSVerify"),
            true,
            "local APIServices may not have insecureSkipTLSVerify");
      }
      return;
    }
    FieldPath path = SPEC.child("service");
    FieldRules.required(reference, "namespace", path, errors);
    FieldRules.required(reference, "name", path, errors);
    long port = reference.integer("port");
    List<String> problems = FieldRules.portNumber(port);
    if (!problems.isEmpty()) {
      errors.invalid(path.child("port"), port, "port is not valid: " + String.join(", ", problems));
    }
    if (insecure && !bundle.isEmpty()) {
      errors.invalid(
          SPEC.child("insecureSkipTLSVerify"), true, "may not be true if caBundle is present");
    }
  }

  private static void within(JsonObject spec, String field, long limit, ErrorList errors) {
    long value = spec.integer(field);
    if (value <= 0 || value > limit) {
      errors.invalid(SPEC.child(field), value, "must be positive and less than " + limit);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject service, JsonObject old, ErrorList errors) {
    validateCreate(context, service, errors);
  }

  private static void validateStatus(JsonObject service, ErrorList errors) {
    List<JsonObject> conditions = service.objectOrEmpty("status").objects("conditions");
    for (int i = 0; i < conditions.size(); i++) {
      FieldRules.supported(
          conditions.get(i).string("status"),
          STATUSES,
          FieldPath.of("status", "conditions").index(i).child("status"),
          errors);
    }
  }
}
