package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What holds for {@code metadata} of every kind: on creation ({@link #validate}), on update ({@link
 * #validateUpdate}). Also for metadata within an object, such as a pod template's.
 */
public final class ObjectMetaRules {
  private static final String ORPHAN = "orphan";
  private static final String FOREGROUND = "foregroundDeletion";
  private static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", ORPHAN, FOREGROUND);
  private static final int ANNOTATIONS_LIMIT_BYTES = 256 << 10;

  private ObjectMetaRules() {}

  /** What a kind's names look like. */
  @FunctionalInterface
  public interface NameRule {
    NameRule DNS_SUBDOMAIN =
        (name, prefix) -> NameFormats.dnsSubdomain(prefix ? maskTrailingDash(name) : name);
    NameRule DNS_LABEL =
        (name, prefix) -> NameFormats.dnsLabel(prefix ? maskTrailingDash(name) : name);
    NameRule DNS_1035_LABEL =
        (name, prefix) -> NameFormats.dns1035Label(prefix ? maskTrailingDash(name) : name);
    NameRule PATH_SEGMENT =
        (name, prefix) ->
            prefix ? NameFormats.pathSegmentPrefix(name) : NameFormats.pathSegment(name);

    /** What is wrong with the name; {@code prefix} if more will be appended to it. */
    List<String> problems(String name, boolean prefix);

    private static String maskTrailingDash(String name) {
      return name.length() > 1 && name.endsWith("-")
          ? name.substring(0, name.length() - 2) + "a"
          : name;
    }
  }

  /** What a kind looks at, of an object as it will be and (on update) as it was. */
  public static void check(
      MetadataCheck check,
      JsonObject metadata,
      JsonObject old,
      boolean namespaced,
      NameRule nameRule,
      FieldPath path,
      ErrorList errors) {
    switch (check) {
      case CREATE -> {
        validate(metadata, namespaced, nameRule, path, errors);
        validateFinalizerNames(metadata, path, errors);
      }
      case CREATE_GENERIC -> validate(metadata, namespaced, nameRule, path, errors);
      case CREATE_GIVEN_NAME -> {
        validateNamed(metadata, namespaced, nameRule, path, errors);
        validateFinalizerNames(metadata, path, errors);
      }
      case UPDATE -> {
        validateUpdate(metadata, old, path, errors);
        validateFinalizerNames(metadata, path, errors);
      }
      case UPDATE_GENERIC -> validateUpdate(metadata, old, path, errors);
    }
  }

  public static void validate(
      JsonObject metadata,
      boolean namespaced,
      NameRule nameRule,
      FieldPath path,
      ErrorList errors) {
    String generateName = metadata.string("generateName");
    if (!generateName.isEmpty()) {
      for (String problem : nameRule.problems(generateName, true)) {
        errors.invalid(path.child("generateName"), generateName, problem);
      }
    }
    validateNamed(metadata, namespaced, nameRule, path, errors);
  }

  /** Does not look at generateName. */
  private static void validateNamed(
      JsonObject metadata,
      boolean namespaced,
      NameRule nameRule,
      FieldPath path,
      ErrorList errors) {
    String name = metadata.string("name");
    if (name.isEmpty()) {
      errors.required(path.child("name"), "name or generateName is required");
    } else {
      for (String problem : nameRule.problems(name, false)) {
        errors.invalid(path.child("name"), name, problem);
      }
    }
    String namespace = metadata.string("namespace");
    if (namespaced) {
      if (namespace.isEmpty()) {
        errors.required(path.child("namespace"), "");
      } else {
        for (String problem : NameFormats.dnsLabel(namespace)) {
          errors.invalid(path.child("namespace"), namespace, problem);
        }
      }
    } else if (!namespace.isEmpty()) {
      errors.forbidden(path.child("namespace"), "not allowed on this type");
    }
    long generation = metadata.integer("generation");
    if (generation < 0) {
      errors.invalid(path.child("generation"), generation, "must be greater than or equal to 0");
    }
    validateLabels(metadata, path.child("labels"), errors);
    validateAnnotations(metadata.stringMap("annotations"), path.child("annotations"), errors);
    validateOwnerReferences(metadata, path.child("ownerReferences"), errors);
    validateFinalizers(metadata.strings("finalizers"), path.child("finalizers"), errors);
    validateManagedFields(metadata, path.child("managedFields"), errors);
  }

  public static void validateUpdate(
      JsonObject metadata, JsonObject old, FieldPath path, ErrorList errors) {
    if (old.has("deletionTimestamp")) {
      TreeSet<String> added = new TreeSet<>(metadata.strings("finalizers"));
      old.strings("finalizers").forEach(added::remove);
      if (!added.isEmpty()) {
        errors.forbidden(
            path.child("finalizers"),
            "no new finalizers can be added if the object is being deleted, found new finalizers"
                + " []string{"
                + String.join(", ", added.stream().map(GoQuote::quote).toList())
                + "}");
      }
    }
    if (metadata.string("resourceVersion").isEmpty()) {
      errors.invalid(path.child("resourceVersion"), "", "must be specified for an update");
    }
    if (metadata.integer("generation") < old.integer("generation")) {
      errors.invalid(
          path.child("generation"), metadata.integer("generation"), "must not be decremented");
    }
    for (String name :
        List.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds")) {
      if (!Objects.equals(metadata.get(name), old.get(name))) {
        Object shown = metadata.get(name);
        errors.invalid(
            path.child(name),
            shown == null && !name.startsWith("deletion") && !name.equals("creationTimestamp")
                ? ""
                : shown,
            "field is immutable");
      }
    }
    validateLabels(metadata, path.child("labels"), errors);
    validateAnnotations(metadata.stringMap("annotations"), path.child("annotations"), errors);
    validateOwnerReferences(metadata, path.child("ownerReferences"), errors);
    validateManagedFields(metadata, path.child("managedFields"), errors);
  }

  private static void validateLabels(JsonObject metadata, FieldPath path, ErrorList errors) {
    validateLabels(metadata.stringMap("labels"), path, errors);
  }

  public static void validateLabels(Map<String, String> labels, FieldPath path, ErrorList errors) {
    labels.forEach((key, value) -> {
      for (String problem : NameFormats.qualifiedName(key)) {
        errors.invalid(path, key, problem);
      }
      for (String problem : NameFormats.labelValue(value)) {
        errors.invalid(path, value, problem);
      }
    });
  }

  public static void validateAnnotations(
      Map<String, String> annotations, FieldPath path, ErrorList errors) {
    long size = 0;
    for (Map.Entry<String, String> annotation : annotations.entrySet()) {
      // case does not matter in an annotation's key
      for (String problem :
          NameFormats.qualifiedName(annotation.getKey().toLowerCase(Locale.ROOT))) {
        errors.invalid(path, annotation.getKey(), problem);
      }
      size += utf8Length(annotation.getKey()) + utf8Length(annotation.getValue());
    }
    if (size > ANNOTATIONS_LIMIT_BYTES) {
      errors.tooLong(path, ANNOTATIONS_LIMIT_BYTES);
    }
  }

  private static void validateOwnerReferences(
      JsonObject metadata, FieldPath path, ErrorList errors) {
    String controller = "";
    for (JsonObject reference : metadata.objects("ownerReferences")) {
      String apiVersion = reference.string("apiVersion");
      int slash = apiVersion.indexOf('/');
      String version = apiVersion.substring(slash + 1);
      if (version.isEmpty() || version.indexOf('/') >= 0) {
        errors.invalid(path.child("apiVersion"), apiVersion, "version must not be empty");
      }
      for (String name : List.of("kind", "name", "uid")) {
        if (reference.string(name).isEmpty()) {
          errors.invalid(path.child(name), "", "must not be empty");
        }
      }
      if (apiVersion.equals("v1") && reference.string("kind").equals("Event")) {
        errors.invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner");
      }
      if (reference.bool("controller")) {
        String current = reference.string("kind") + "/" + reference.string("name");
        if (!controller.isEmpty()) {
          errors.invalid(
              path,
              metadata.get("ownerReferences"),
              "Only one reference can have Controller set to true. Found \"true\" in references for "
                  + controller
                  + " and "
                  + current);
        } else {
          controller = current;
        }
      }
    }
  }

  private static void validateFinalizers(
      List<String> finalizers, FieldPath path, ErrorList errors) {
    for (String finalizer : finalizers) {
      for (String problem : NameFormats.qualifiedName(finalizer)) {
        errors.invalid(path, finalizer, problem);
      }
    }
    if (finalizers.contains(ORPHAN) && finalizers.contains(FOREGROUND)) {
      errors.invalid(
          path,
          new ArrayList<>(finalizers),
          "finalizer " + ORPHAN + " and " + FOREGROUND + " cannot be both set");
    }
  }

  /** Built-in kinds know the finalizers without a domain. */
  private static void validateFinalizerNames(
      JsonObject metadata, FieldPath path, ErrorList errors) {
    List<String> finalizers = metadata.strings("finalizers");
    for (int i = 0; i < finalizers.size(); i++) {
      String finalizer = finalizers.get(i);
      if (finalizer.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(finalizer)) {
        errors.invalid(
            path.child("finalizers").index(i),
            finalizer,
            "name is neither a standard finalizer name nor is it fully qualified");
      }
    }
  }

  private static void validateManagedFields(JsonObject metadata, FieldPath path, ErrorList errors) {
    List<JsonObject> entries = metadata.objects("managedFields");
    for (int i = 0; i < entries.size(); i++) {
      JsonObject entry = entries.get(i);
      FieldPath at = path.index(i);
      String operation = entry.string("operation");
      if (!operation.equals("Apply") && !operation.equals("Update")) {
        errors.invalid(at.child("operation"), operation, "must be `Apply` or `Update`");
      }
      String type = entry.string("fieldsType");
      if (!type.isEmpty() && !type.equals("FieldsV1")) {
        errors.invalid(at.child("fieldsType"), type, "must be `FieldsV1`");
      }
      validateFieldManager(entry.string("manager"), at.child("manager"), errors);
      if (utf8Length(entry.string("subresource")) > 256) {
        errors.tooLong(at.child("subresource"), 256);
      }
    }
  }

  /** A field manager's name: at most 128 bytes of printable characters. */
  public static void validateFieldManager(String manager, FieldPath path, ErrorList errors) {
    if (utf8Length(manager) > 128) {
      errors.tooLong(path, 128);
    }
    int[] points = manager.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      if (!GoQuote.isPrintable(points[i])) {
        errors.invalid(
            path, manager, "invalid character U+%04X (at position %d)".formatted(points[i], i));
      }
    }
  }

  private static long utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
