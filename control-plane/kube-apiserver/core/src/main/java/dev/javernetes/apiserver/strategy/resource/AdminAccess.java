package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Access to devices that others use, for administrators: only in namespaces that are labelled for
 * it (KEP-5018).
 *
 * @param namespaceLabels by the namespace's name; {@code null} for one that does not exist
 */
public record AdminAccess(Function<String, @Nullable Map<String, String>> namespaceLabels) {
  private static final String LABEL = "resource.kubernetes.io/admin-access";

  void checkRequests(String namespace, List<JsonObject> requests, ErrorList errors) {
    for (int i = 0; i < requests.size(); i++) {
      if (requests.get(i).objectOrEmpty("exactly").bool("adminAccess")) {
        checkLabel(
            namespace,
            FieldPath.of("spec", "devices", "requests").index(i).child("adminAccess"),
            errors);
        return;
      }
    }
  }

  /** Results of an allocation that has not been granted before. */
  void checkResults(
      String namespace, List<JsonObject> results, List<JsonObject> old, ErrorList errors) {
    if (old.stream().anyMatch(result -> result.bool("adminAccess"))) {
      return;
    }
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).bool("adminAccess")) {
        checkLabel(
            namespace,
            FieldPath.of("status", "allocation", "devices", "results")
                .index(i)
                .child("adminAccess"),
            errors);
        return;
      }
    }
  }

  private void checkLabel(String namespace, FieldPath path, ErrorList errors) {
    Map<String, String> labels = namespaceLabels.apply(namespace);
    if (labels == null) {
      errors.internal(
          path,
          "could not retrieve namespace to verify admin access: namespaces \""
              + namespace
              + "\" not found");
    } else if (!"true".equals(labels.get(LABEL))) {
      errors.forbidden(
          path,
          "admin access to devices requires the `"
              + LABEL
              + ": true` label on the containing namespace");
    }
  }
}
