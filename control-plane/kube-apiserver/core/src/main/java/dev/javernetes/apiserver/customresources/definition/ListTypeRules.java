package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code x-kubernetes-list-type}, {@code -list-map-keys} and {@code -map-type}. */
final class ListTypeRules {
  private static final String LIST_TYPE = "x-kubernetes-list-type";
  private static final String LIST_KEYS = "x-kubernetes-list-map-keys";
  private static final String MAP_TYPE = "x-kubernetes-map-type";

  private ListTypeRules() {}

  static void validate(JsonObject schema, RuleOptions options, FieldPath path, ErrorList errors) {
    String type = schema.string("type");
    if (schema.has(MAP_TYPE)) {
      mustBe("object", type, MAP_TYPE, path, errors);
      String mapType = schema.string(MAP_TYPE);
      if (!List.of("atomic", "granular").contains(mapType)) {
        errors.notSupported(path.child(MAP_TYPE), mapType, List.of("atomic", "granular"));
      }
    }
    String listType = schema.string(LIST_TYPE);
    if (schema.has(LIST_TYPE)) {
      if (!type.equals("array")) {
        mustBe("array", type, LIST_TYPE, path, errors);
      } else if (options.atomicSets()) {
        atomicSet(schema, path, errors);
      }
      if (!List.of("atomic", "set", "map").contains(listType)) {
        errors.notSupportedInOrder(
            path.child(LIST_TYPE), listType, List.of("atomic", "set", "map"));
      }
    }
    if (!schema.strings(LIST_KEYS).isEmpty()) {
      String must = "must be map if x-kubernetes-list-map-keys is non-empty";
      if (!schema.has(LIST_TYPE)) {
        errors.required(path.child(LIST_TYPE), must);
      } else if (!listType.equals("map")) {
        errors.invalid(path.child(LIST_TYPE), listType, must);
      }
    }
    if (listType.equals("map")) {
      map(schema, path, errors);
    }
    if (options.listKeys()) {
      keys(schema, path, errors);
    }
  }

  private static void mustBe(
      String wanted, String type, String extension, FieldPath path, ErrorList errors) {
    String must = "must be " + wanted + " if " + extension + " is specified";
    if (type.isEmpty()) {
      errors.required(path.child("type"), must);
    } else if (!type.equals(wanted)) {
      errors.invalid(path.child("type"), type, must);
    }
  }

  static boolean isSetOfNonAtomic(JsonObject schema) {
    JsonObject items = schema.object("items");
    if (!schema.string(LIST_TYPE).equals("set") || items == null) {
      return false;
    }
    return switch (items.string("type")) {
      case "array" -> items.has(LIST_TYPE) && !items.string(LIST_TYPE).equals("atomic");
      case "object" -> !items.string(MAP_TYPE).equals("atomic");
      default -> false;
    };
  }

  private static void atomicSet(JsonObject schema, FieldPath path, ErrorList errors) {
    if (isSetOfNonAtomic(schema)) {
      JsonObject items = schema.objectOrEmpty("items");
      String extension = items.string("type").equals("array") ? LIST_TYPE : MAP_TYPE;
      errors.invalid(
          path.child("items", extension),
          items.get(LIST_TYPE), // upstream shows the list type in both cases
          "must be atomic as item of a list with x-kubernetes-list-type=set");
    }
  }

  private static void map(JsonObject schema, FieldPath path, ErrorList errors) {
    List<String> names = schema.strings(LIST_KEYS);
    if (names.isEmpty()) {
      errors.required(path.child(LIST_KEYS), "must not be empty if x-kubernetes-list-type is map");
    }
    if (!schema.has("items")) {
      errors.required(path.child("items"), "must have a schema if x-kubernetes-list-type is map");
      return;
    }
    JsonObject items = schema.object("items");
    if (items == null) {
      errors.invalid(
          path.child("items"),
          GoForm.items(schema.get("items")),
          "must only have a single schema if x-kubernetes-list-type is map");
      return;
    }
    if (!items.string("type").equals("object")) {
      errors.invalid(
          path.child("items", "type"),
          items.string("type"),
          "must be object if parent array's x-kubernetes-list-type is map");
      return;
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      JsonObject property = items.objectOrEmpty("properties").object(name);
      if (property == null) {
        errors.invalid(
            path.child(LIST_KEYS),
            schema.get(LIST_KEYS),
            "entries must all be names of item properties");
      } else if (List.of("array", "object").contains(property.string("type"))) {
        errors.invalid(
            path.child("items", "properties").key(name).child("type"),
            items.string("type"),
            "must be a scalar type if parent array's x-kubernetes-list-type is map");
      }
      if (!seen.add(name)) {
        errors.invalid(
            path.child(LIST_KEYS), schema.get(LIST_KEYS), "must not contain duplicate entries");
      }
    }
  }

  static boolean hasBadKeys(JsonObject schema) {
    ErrorList errors = new ErrorList();
    keys(schema, FieldPath.ROOT, errors);
    return !errors.isEmpty();
  }

  /** An element must have its keys, and be there at all. */
  private static void keys(JsonObject schema, FieldPath path, ErrorList errors) {
    JsonObject items = schema.object("items");
    String listType = schema.string(LIST_TYPE);
    if (items == null || !listType.equals("set") && !listType.equals("map")) {
      return;
    }
    if (items.bool("nullable")) {
      errors.forbidden(
          path.child("items", "nullable"),
          "cannot be nullable when x-kubernetes-list-type is " + listType);
    }
    if (listType.equals("set")) {
      return;
    }
    List<String> required = items.strings("required");
    for (String name : schema.strings(LIST_KEYS)) {
      JsonObject property = items.objectOrEmpty("properties").object(name);
      if (property == null) {
        continue;
      }
      FieldPath at = path.child("items", "properties").key(name);
      if (!required.contains(name) && !property.has("default")) {
        errors.required(
            at.child("default"),
            "this property is in x-kubernetes-list-map-keys, so it must have a default or be a"
                + " required property");
      }
      if (property.bool("nullable")) {
        errors.forbidden(
            at.child("nullable"),
            "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
      }
    }
  }
}
