package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.structural.StructuralSchemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Validates a definition, in upstream's words and at upstream's paths, which are those of its
 * internal form ({@link InternalSpec}).
 */
public final class DefinitionRules {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath STATUS = FieldPath.of("status");
  private static final int WARNING_LIMIT = 256;

  private final DefaultRules defaults;

  public DefinitionRules(DefaultRules defaults) {
    this.defaults = defaults;
  }

  public void validateCreate(JsonObject definition, ErrorList errors) {
    name(definition, errors);
    InternalSpec spec = InternalSpec.of(definition.objectOrEmpty("spec"));
    spec(spec, RuleOptions.CREATE, errors);
    validateStatus(definition, errors);
    storedVersions(definition, spec.versions(), errors);
    ApiApproval.validate(definition, null, errors);
    unknownFields(definition, null, errors);
  }

  public void validateUpdate(JsonObject definition, JsonObject old, ErrorList errors) {
    InternalSpec spec = InternalSpec.of(definition.objectOrEmpty("spec"));
    RuleOptions options = RuleOptions.update(old, definition, defaults);
    spec(spec, options, errors);
    JsonObject now = definition.objectOrEmpty("spec");
    JsonObject before = old.objectOrEmpty("spec");
    JsonObject names = now.objectOrEmpty("names");
    JsonObject oldNames = before.objectOrEmpty("names");
    if (options.immutableNames()) {
      immutable(now.get("scope"), before.get("scope"), SPEC.child("scope"), errors);
      immutable(names.get("kind"), oldNames.get("kind"), SPEC.child("names", "kind"), errors);
    }
    immutable(now.get("group"), before.get("group"), SPEC.child("group"), errors);
    immutable(names.get("plural"), oldNames.get("plural"), SPEC.child("names", "plural"), errors);
    validateStatus(definition, errors);
    storedVersions(definition, spec.versions(), errors);
    ApiApproval.validate(definition, old, errors);
    unknownFields(definition, old, errors);
  }

  public static void validateStatus(JsonObject definition, ErrorList errors) {
    NameRules.validate(
        definition.objectOrEmpty("status").objectOrEmpty("acceptedNames"),
        STATUS.child("acceptedNames"),
        errors);
  }

  static boolean isTrue(JsonObject definition, String condition) {
    return definition.objectOrEmpty("status").objects("conditions").stream()
        .anyMatch(
            one -> one.string("type").equals(condition) && one.string("status").equals("True"));
  }

  private static void immutable(
      @Nullable Object now, @Nullable Object before, FieldPath path, ErrorList errors) {
    if (!Objects.equals(now, before)) {
      errors.invalid(path, now, "field is immutable");
    }
  }

  /** A definition is named after what it defines. */
  private static void name(JsonObject definition, ErrorList errors) {
    JsonObject spec = definition.objectOrEmpty("spec");
    String wanted = spec.objectOrEmpty("names").string("plural") + "." + spec.string("group");
    JsonObject metadata = definition.objectOrEmpty("metadata");
    for (String field : List.of("generateName", "name")) {
      String name = metadata.string(field);
      if (!name.isEmpty() && !name.equals(wanted)) {
        errors.invalid(
            FieldPath.of("metadata", field), name, "must be spec.names.plural+\".\"+spec.group");
      }
    }
  }

  private void spec(InternalSpec spec, RuleOptions given, ErrorList errors) {
    JsonObject tree = spec.tree();
    groupAndScope(tree, errors);
    RuleOptions options = given;
    if (!spec.preservesUnknownFields()) {
      options = options.withStructural();
    }
    schemasGiven(spec, options, errors);
    if (spec.schemas().stream().anyMatch(Schemas::hasDefault)) {
      options = options.withStructural();
      if (spec.preservesUnknownFields()) {
        errors.invalid(
            SPEC.child("preserveUnknownFields"),
            true,
            "must be false in order to use defaults in the schema");
      }
    }
    if (spec.schemas().stream().anyMatch(Schemas::hasExtension)) {
      options = options.withStructural();
    }
    versions(spec, options, errors);
    JsonObject names = tree.objectOrEmpty("names");
    for (String field : List.of("plural", "singular", "kind", "listKind")) {
      if (names.string(field).isEmpty()) {
        errors.required(SPEC.child("names", field), "");
      }
    }
    NameRules.validate(names, SPEC.child("names"), errors);
    shared(spec, options, errors);
    JsonObject conversion = tree.object("conversion");
    if (conversion != null) {
      if (!conversion.string("strategy").equals("None") && spec.preservesUnknownFields()) {
        errors.invalid(
            SPEC.child("conversion", "strategy"),
            conversion.get("strategy"),
            "must be None if spec.preserveUnknownFields is true");
      }
      ConversionRules.validate(conversion, options, SPEC.child("conversion"), errors);
    }
  }

  private static void groupAndScope(JsonObject spec, ErrorList errors) {
    String group = spec.string("group");
    FieldPath path = SPEC.child("group");
    if (group.isEmpty()) {
      errors.required(path, "");
    } else {
      List<String> problems = NameFormats.dnsSubdomain(group);
      if (!problems.isEmpty()) {
        errors.invalid(path, group, String.join(",", problems));
      } else if (group.indexOf('.') < 0) {
        errors.invalid(path, group, "should be a domain with at least one dot");
      }
    }
    String scope = spec.string("scope");
    if (scope.isEmpty()) {
      errors.required(SPEC.child("scope"), "");
    } else if (!scope.equals("Cluster") && !scope.equals("Namespaced")) {
      errors.notSupported(SPEC.child("scope"), scope, List.of("Cluster", "Namespaced"));
    }
  }

  private static void schemasGiven(InternalSpec spec, RuleOptions options, ErrorList errors) {
    for (int i = 0; i < spec.versions().size(); i++) {
      JsonObject version = spec.versions().get(i);
      if (spec.schemaOf(version) != null) {
        continue;
      }
      FieldPath path = SPEC.child("versions").index(i).child("schema", "openAPIV3Schema");
      if (options.schemaRequired()) {
        errors.required(path, "");
      } else if (!spec.preservesUnknownFields() && version.bool("served")) {
        errors.required(path, "because otherwise all fields are pruned");
      }
    }
  }

  private void versions(InternalSpec spec, RuleOptions options, ErrorList errors) {
    FieldPath path = SPEC.child("versions");
    Set<String> seen = new HashSet<>();
    boolean unique = true;
    int storage = 0;
    JsonObject sharedParts = spec.tree().object("subresources");
    for (int i = 0; i < spec.versions().size(); i++) {
      JsonObject version = spec.versions().get(i);
      FieldPath at = path.index(i);
      String name = version.string("name");
      storage += version.bool("storage") ? 1 : 0;
      unique &= seen.add(name);
      name(name, at.child("name"), errors);
      JsonObject parts = sharedParts == null ? version.object("subresources") : sharedParts;
      version(version, parts != null && parts.has("status"), options, at, errors);
    }
    if (!unique) {
      errors.invalid(path, GoForm.versions(spec.versions()), "must contain unique version names");
    }
    if (storage != 1) {
      errors.invalid(
          path,
          GoForm.versions(spec.versions()),
          "must have exactly one version marked as storage version");
    }
    if (!spec.versions().isEmpty()) {
      name(spec.tree().string("version"), SPEC.child("version"), errors);
    }
  }

  private static void name(String name, FieldPath path, ErrorList errors) {
    List<String> problems = NameFormats.dns1035Label(name);
    if (!problems.isEmpty()) {
      errors.invalid(path, name, String.join(",", problems));
    }
  }

  private void version(
      JsonObject version, boolean hasStatus, RuleOptions options, FieldPath at, ErrorList errors) {
    deprecation(version, at.child("deprecationWarning"), errors);
    SchemaRules.validate(
        version.object("schema"), hasStatus, options, defaults, at.child("schema"), errors);
    SubresourceRules.validate(
        version.objectOrEmpty("subresources"), at.child("subresources"), errors);
    SubresourceRules.validateColumns(
        version.objects("additionalPrinterColumns"), at.child("additionalPrinterColumns"), errors);
    List<JsonObject> fields = version.objects("selectableFields");
    if (fields.isEmpty()) {
      return;
    }
    JsonObject schema = version.objectOrEmpty("schema").object("openAPIV3Schema");
    FieldPath path = at.child("selectableFields");
    if (schema == null) {
      errors.invalid(
          path, "", "may only be set when `version.schema.openAPIV3Schema` is not included");
    } else {
      boolean anyNumber = options.manyFields().contains(version.string("name"));
      selectable(fields, schema, anyNumber, path, at, errors);
    }
  }

  private static void selectable(
      List<JsonObject> fields,
      JsonObject schema,
      boolean anyNumber,
      FieldPath path,
      FieldPath at,
      ErrorList errors) {
    String unreadable = StructuralRules.unreadable(schema);
    if (unreadable != null) {
      errors.invalid(at.child("schema.openAPIV3Schema"), "", unreadable);
    }
    SelectableFieldRules.validate(fields, StructuralSchemas.parse(schema), anyNumber, path, errors);
  }

  /** What all versions have in common. */
  private void shared(InternalSpec spec, RuleOptions options, ErrorList errors) {
    JsonObject tree = spec.tree();
    boolean anyStatus =
        tree.objectOrEmpty("subresources").has("status")
            || spec.versions().stream()
                .anyMatch(version -> version.objectOrEmpty("subresources").has("status"));
    SchemaRules.validate(
        tree.object("validation"), anyStatus, options, defaults, SPEC.child("validation"), errors);
    SubresourceRules.validate(
        tree.objectOrEmpty("subresources"), SPEC.child("subresources"), errors);
    SubresourceRules.validateColumns(
        tree.objects("additionalPrinterColumns"), SPEC.child("additionalPrinterColumns"), errors);
    List<JsonObject> fields = tree.objects("selectableFields");
    if (fields.isEmpty()) {
      return;
    }
    FieldPath path = SPEC.child("selectableFields");
    JsonObject schema = tree.objectOrEmpty("validation").object("openAPIV3Schema");
    if (schema == null) {
      errors.invalid(path, "", "may only be set when validations.schema is included");
    } else {
      selectable(fields, schema, options.manyFields().contains(""), path, SPEC, errors);
    }
  }

  private static void deprecation(JsonObject version, FieldPath path, ErrorList errors) {
    String warning = version.stringOrNull("deprecationWarning");
    if (warning == null) {
      return;
    }
    if (!version.bool("deprecated")) {
      errors.invalid(path, warning, "can only be set for deprecated versions");
      return;
    }
    if (warning.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > WARNING_LIMIT) {
      errors.invalid(path, warning, "must be <= 256 characters long");
    }
    if (warning.isEmpty()) {
      errors.invalid(path, warning, "must not be an empty string");
    }
    int index = 0;
    for (int i = 0; i < warning.length(); i += Character.charCount(warning.codePointAt(i))) {
      int point = warning.codePointAt(i);
      if (!GoQuote.isPrintable(point)) {
        errors.invalid(
            path,
            warning,
            "must only contain printable UTF-8 characters; non-printable character found at index "
                + index);
        return;
      }
      index += Character.toString(point).getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }
  }

  private static void storedVersions(
      JsonObject definition, List<JsonObject> versions, ErrorList errors) {
    FieldPath path = STATUS.child("storedVersions");
    List<String> stored = definition.objectOrEmpty("status").strings("storedVersions");
    if (stored.isEmpty()) {
      errors.invalid(path, null, "must have at least one stored version");
      return;
    }
    List<String> names = new ArrayList<>();
    for (JsonObject version : versions) {
      String name = version.string("name");
      names.add(name);
      if (version.bool("storage") && !stored.contains(name)) {
        errors.invalid(path, stored, "must have the storage version " + name);
      }
    }
    for (int i = 0; i < stored.size(); i++) {
      String name = stored.get(i);
      if (!names.contains(name)) {
        errors.invalid(
            path.index(i),
            name,
            ("missing from spec.versions; %1$s was previously a storage version, and must remain in"
                    + " spec.versions until a storage migration ensures no data remains persisted"
                    + " in %1$s and removes %1$s from status.storedVersions")
                .formatted(name));
      }
    }
  }

  private static void unknownFields(
      JsonObject definition, @Nullable JsonObject old, ErrorList errors) {
    if (old != null && old.objectOrEmpty("spec").bool("preserveUnknownFields")) {
      return;
    }
    if (definition.objectOrEmpty("spec").bool("preserveUnknownFields")) {
      errors.invalid(
          SPEC.child("preserveUnknownFields"),
          true,
          "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
              + " spec.versions[*].schema instead");
    }
  }
}
