package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The strategy of CustomResourceDefinitions themselves. */
public final class DefinitionStrategy implements Strategy {
  static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

  @Override
  public void applyDefaults(JsonObject definition) {
    JsonObject spec = definition.ensureObject("spec");
    JsonObject names = spec.ensureObject("names");
    String kind = names.string("kind");
    if (names.string("singular").isEmpty() && !kind.isEmpty()) {
      names.put("singular", kind.toLowerCase(Locale.ROOT));
    }
    if (names.string("listKind").isEmpty() && !kind.isEmpty()) {
      names.put("listKind", kind + "List");
    }
    if (!spec.has("conversion")) {
      spec.put("conversion", JsonObject.of("strategy", "None"));
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject definition) {
    JsonObject status =
        JsonObject.of(
            "conditions",
            null,
            "acceptedNames",
            JsonObject.of("plural", "", "kind", ""),
            "storedVersions",
            null);
    List<Object> stored = new ArrayList<>();
    for (JsonObject version : versions(definition)) {
      if (version.bool("storage")) {
        stored.add(version.string("name"));
      }
    }
    status.put("storedVersions", stored);
    definition.put("status", status);
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject definition, JsonObject old) {
    definition.put("status", Json.deepCopy(old.get("status")));
    JsonObject status = definition.ensureObject("status");
    List<@Nullable Object> stored = status.ensureArray("storedVersions");
    for (JsonObject version : versions(definition)) {
      if (version.bool("storage") && !stored.contains(version.string("name"))) {
        stored.add(version.string("name"));
      }
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject definition, ErrorList errors) {
    validate(definition, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject definition, JsonObject old, ErrorList errors) {
    validate(definition, errors);
    JsonObject spec = definition.objectOrEmpty("spec");
    JsonObject oldSpec = old.objectOrEmpty("spec");
    immutable(spec, oldSpec, "group", FieldPath.of("spec"), errors);
    immutable(spec, oldSpec, "scope", FieldPath.of("spec"), errors);
    immutable(
        spec.objectOrEmpty("names"),
        oldSpec.objectOrEmpty("names"),
        "plural",
        FieldPath.of("spec", "names"),
        errors);
    Set<String> names = new HashSet<>();
    versions(definition).forEach(version -> names.add(version.string("name")));
    List<String> stored = definition.objectOrEmpty("status").strings("storedVersions");
    for (int i = 0; i < stored.size(); i++) {
      if (!names.contains(stored.get(i))) {
        errors.invalid(
            FieldPath.of("status", "storedVersions").index(i),
            stored.get(i),
            "missing from spec.versions; "
                + stored.get(i)
                + " was previously a storage version, and must remain in spec.versions until a"
                + " storage migration ensures no data remains persisted in "
                + stored.get(i)
                + " and removes "
                + stored.get(i)
                + " from status.storedVersions");
      }
    }
  }

  private static void immutable(
      JsonObject now, JsonObject before, String name, FieldPath path, ErrorList errors) {
    if (!now.string(name).equals(before.string(name))) {
      errors.invalid(path.child(name), now.string(name), "field is immutable");
    }
  }

  private static void validate(JsonObject definition, ErrorList errors) {
    JsonObject spec = definition.objectOrEmpty("spec");
    JsonObject names = spec.objectOrEmpty("names");
    String name = definition.objectOrEmpty("metadata").string("name");
    String wanted = names.string("plural") + "." + spec.string("group");
    if (!name.equals(wanted)) {
      errors.invalid(
          FieldPath.of("metadata", "name"), name, "must be spec.names.plural+\".\"+spec.group");
    }
    FieldPath path = FieldPath.of("spec");
    if (spec.string("group").isEmpty()) {
      errors.required(path.child("group"), "");
    } else {
      for (String problem : NameFormats.dnsSubdomain(spec.string("group"))) {
        errors.invalid(path.child("group"), spec.string("group"), problem);
      }
      if (spec.string("group").indexOf('.') < 0) {
        errors.invalid(
            path.child("group"), spec.string("group"), "should be a domain with at least one dot");
      }
    }
    String scope = spec.string("scope");
    if (scope.isEmpty()) {
      errors.required(path.child("scope"), "");
    } else if (!scope.equals("Cluster") && !scope.equals("Namespaced")) {
      errors.notSupported(path.child("scope"), scope, List.of("Cluster", "Namespaced"));
    }
    validateVersions(spec, path, errors);
    for (String field : List.of("plural", "singular", "kind", "listKind")) {
      FieldPath at = path.child("names", field);
      String value = names.string(field);
      if (value.isEmpty()) {
        errors.required(at, "");
        continue;
      }
      for (String problem : NameFormats.dns1035Label(value.toLowerCase(Locale.ROOT))) {
        errors.invalid(at, value, problem);
      }
    }
    if (!names.string("kind").isEmpty() && names.string("kind").equals(names.string("listKind"))) {
      errors.invalid(
          path.child("names", "listKind"),
          names.string("listKind"),
          "kind and listKind may not be the same");
    }
    String strategy = spec.objectOrEmpty("conversion").string("strategy");
    if (strategy.equals("Webhook")) {
      errors.forbidden(
          path.child("conversion", "strategy"),
          "conversion webhooks are not supported by this server yet");
    } else if (!strategy.equals("None")) {
      errors.notSupported(
          path.child("conversion", "strategy"), strategy, List.of("None", "Webhook"));
    }
  }

  private static void validateVersions(JsonObject spec, FieldPath path, ErrorList errors) {
    List<JsonObject> versions = spec.objects("versions");
    Set<String> seen = new HashSet<>();
    int storage = 0;
    for (int i = 0; i < versions.size(); i++) {
      JsonObject version = versions.get(i);
      FieldPath at = path.child("versions").index(i);
      String name = version.string("name");
      for (String problem : NameFormats.dns1035Label(name)) {
        errors.invalid(at.child("name"), name, problem);
      }
      if (!seen.add(name)) {
        errors.invalid(
            path.child("versions"), versionList(versions), "must contain unique version names");
      }
      storage += version.bool("storage") ? 1 : 0;
      JsonObject schema = version.objectOrEmpty("schema").object("openAPIV3Schema");
      FieldPath schemaPath = at.child("schema", "openAPIV3Schema");
      if (schema == null) {
        errors.required(schemaPath, "schemas are required");
      } else if (!schema.string("type").equals("object")) {
        if (schema.string("type").isEmpty()) {
          errors.required(schemaPath.child("type"), "must not be empty at the root");
        } else {
          errors.invalid(
              schemaPath.child("type"), schema.string("type"), "must be object at the root");
        }
      } else {
        refuseRules(schema, schemaPath, errors);
      }
    }
    if (storage != 1) {
      errors.invalid(
          path.child("versions"),
          versionList(versions),
          "must have exactly one version marked as storage version");
    }
  }

  private static List<Object> versionList(List<JsonObject> versions) {
    return new ArrayList<>(versions);
  }

  /** Rules in CEL would have to be kept: a definition that has some is not accepted. */
  private static void refuseRules(JsonObject schema, FieldPath path, ErrorList errors) {
    if (schema.has("x-kubernetes-validations")) {
      errors.forbidden(
          path.child("x-kubernetes-validations"),
          "validation rules in CEL are not supported by this server yet");
    }
    schema
        .objectOrEmpty("properties")
        .forEach((name, value) -> {
          if (value instanceof JsonObject property) {
            refuseRules(property, path.child("properties").key(name), errors);
          }
        });
    for (String inner : List.of("items", "additionalProperties")) {
      if (schema.object(inner) instanceof JsonObject nested) {
        refuseRules(nested, path.child(inner), errors);
      }
    }
  }

  static List<JsonObject> versions(JsonObject definition) {
    return definition.objectOrEmpty("spec").objects("versions");
  }

  // deletion: instances go first

  @Override
  public boolean heldFromDeletion(JsonObject definition) {
    JsonObject metadata = definition.objectOrEmpty("metadata");
    return !metadata.has("deletionTimestamp")
        && !definition.objectOrEmpty("status").objects("conditions").isEmpty();
  }

  @Override
  public void markedForDeletion(JsonObject definition) {
    JsonObject metadata = definition.ensureObject("metadata");
    List<@Nullable Object> finalizers = metadata.ensureArray("finalizers");
    if (!finalizers.contains(CLEANUP)) {
      finalizers.add(CLEANUP);
    }
    Conditions.set(
        definition,
        "Terminating",
        true,
        "InstanceDeletionPending",
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
        java.time.Instant.parse(metadata.string("deletionTimestamp"))
            .truncatedTo(ChronoUnit.SECONDS)
            .toString());
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") ? new Status() : null;
  }

  /** Nothing but the status changes. */
  private static final class Status implements Strategy {
    @Override
    public void applyDefaults(JsonObject definition) {
      new DefinitionStrategy().applyDefaults(definition);
    }

    @Override
    public void prepareForUpdate(StrategyContext context, JsonObject definition, JsonObject old) {
      definition.put("spec", Json.deepCopy(old.get("spec")));
    }

    @Override
    public List<List<String>> resetFields() {
      return List.of(List.of("metadata"), List.of("spec"));
    }
  }
}
