package dev.javernetes.apiserver.strategy.pod;

import static dev.javernetes.apiserver.strategy.FieldRules.required;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Volumes made of other objects' content: projected and downwardAPI. */
final class ProjectedVolumeRules {
  private static final Set<String> FILE_FIELDS =
      Set.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.labels",
          "metadata.annotations",
          "metadata.uid");

  private ProjectedVolumeRules() {}

  static void downwardApi(JsonObject source, FieldPath path, ErrorList errors) {
    PathRules.mode(source, "defaultMode", path, errors);
    for (JsonObject file : source.objects("items")) {
      downwardApiFile(file, path, errors);
    }
  }

  private static void downwardApiFile(JsonObject file, FieldPath path, ErrorList errors) {
    required(file, "path", path, errors);
    PathRules.localNonReserved(file.string("path"), path.child("path"), errors);
    JsonObject field = file.object("fieldRef");
    JsonObject resource = file.object("resourceFieldRef");
    if (field != null) {
      EnvironmentRules.fieldSelector(field, FILE_FIELDS, path.child("fieldRef"), errors);
      if (resource != null) {
        errors.invalid(
            path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
      }
    } else if (resource != null) {
      EnvironmentRules.resourceFieldSelector(
          resource, true, path.child("resourceFieldRef"), errors);
    } else {
      errors.required(path, "one of fieldRef and resourceFieldRef is required");
    }
    PathRules.mode(file, "mode", path, errors);
  }

  static void projected(JsonObject source, FieldPath path, ErrorList errors) {
    PathRules.mode(source, "defaultMode", path, errors);
    Set<String> paths = new HashSet<>();
    List<JsonObject> sources = source.objects("sources");
    for (int i = 0; i < sources.size(); i++) {
      projection(sources.get(i), paths, path, path.child("sources").index(i), errors);
    }
  }

  private static void projection(
      JsonObject source, Set<String> paths, FieldPath volume, FieldPath path, ErrorList errors) {
    int count = 0;
    for (String kind : List.of("secret", "configMap")) {
      JsonObject given = source.object(kind);
      if (given != null) {
        count++;
        keys(given, paths, volume, path.child(kind), errors);
      }
    }
    JsonObject downward = source.object("downwardAPI");
    if (downward != null) {
      count++;
      for (JsonObject file : downward.objects("items")) {
        downwardApiFile(file, path.child("downwardAPI"), errors);
        unique(file.string("path"), file.string("path"), paths, volume, errors);
      }
    }
    JsonObject token = source.object("serviceAccountToken");
    if (token != null) {
      count++;
      token(token, volume, path.child("serviceAccountToken"), errors);
    }
    if (count > 1) {
      errors.forbidden(path, "may not specify more than 1 volume type per source");
    }
  }

  private static void keys(
      JsonObject source, Set<String> paths, FieldPath volume, FieldPath path, ErrorList errors) {
    required(source, "name", path, errors);
    List<JsonObject> items = source.objects("items");
    for (int i = 0; i < items.size(); i++) {
      VolumeSources.keyToPath(items.get(i), path.child("items").index(i), errors);
      unique(items.get(i).string("path"), source.string("name"), paths, volume, errors);
    }
  }

  private static void unique(
      String file, String shown, Set<String> paths, FieldPath volume, ErrorList errors) {
    if (!file.isEmpty() && !paths.add(file)) {
      errors.invalid(volume, shown, "conflicting duplicate paths");
    }
  }

  private static void token(JsonObject token, FieldPath volume, FieldPath path, ErrorList errors) {
    long seconds = token.integer("expirationSeconds");
    if (seconds < 600) {
      errors.invalid(
          path.child("expirationSeconds"),
          seconds,
          "may not specify a duration less than 10 minutes");
    }
    if (seconds > 1L << 32) {
      errors.invalid(
          path.child("expirationSeconds"),
          seconds,
          "may not specify a duration larger than 2^32 seconds");
    }
    if (token.string("path").isEmpty()) {
      errors.required(volume.child("path"), "");
    } else {
      PathRules.localNonReserved(token.string("path"), volume.child("path"), errors);
    }
  }
}
