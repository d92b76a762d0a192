package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.request.QueryParameters;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How to delete; from the body, else from the query. */
record DeleteOptions(
    boolean dryRun,
    @Nullable Long gracePeriodSeconds,
    @Nullable Boolean orphanDependents,
    @Nullable String propagationPolicy,
    @Nullable String uid,
    @Nullable String resourceVersion,
    JsonObject tree) {

  private static final Set<String> POLICIES = Set.of("Foreground", "Background", "Orphan");

  static final DeleteOptions NOW =
      new DeleteOptions(false, 0L, null, "Background", null, null, new JsonObject());

  static DeleteOptions of(JsonObject tree) {
    JsonObject preconditions = tree.objectOrEmpty("preconditions");
    DeleteOptions options =
        new DeleteOptions(
            !tree.strings("dryRun").isEmpty(),
            tree.integerOrNull("gracePeriodSeconds"),
            tree.boolOrNull("orphanDependents"),
            tree.stringOrNull("propagationPolicy"),
            preconditions.stringOrNull("uid"),
            preconditions.stringOrNull("resourceVersion"),
            tree);
    options.validate();
    return options;
  }

  static DeleteOptions ofQuery(QueryParameters query) {
    JsonObject tree = JsonObject.of("kind", "DeleteOptions", "apiVersion", "meta.k8s.io/v1");
    if (query.has("dryRun")) {
      tree.put("dryRun", new java.util.ArrayList<Object>(query.all("dryRun")));
    }
    Long grace = Parameters.integer(query, "gracePeriodSeconds");
    if (grace != null) {
      tree.put("gracePeriodSeconds", grace);
    }
    if (query.has("orphanDependents")) {
      tree.put("orphanDependents", Parameters.bool(query, "orphanDependents"));
    }
    if (query.has("propagationPolicy")) {
      tree.put("propagationPolicy", query.get("propagationPolicy"));
    }
    return of(tree);
  }

  /** Negative wishes mean one second. */
  @Nullable Long effectiveGraceSeconds() {
    return gracePeriodSeconds != null && gracePeriodSeconds < 0 ? (Long) 1L : gracePeriodSeconds;
  }

  private void validate() {
    ErrorList errors = new ErrorList();
    FieldPath path = FieldPath.of("propagationPolicy");
    if (orphanDependents != null && propagationPolicy != null) {
      errors.invalid(
          path, propagationPolicy, "orphanDependents and deletionPropagation cannot be both set");
    }
    if (propagationPolicy != null && !POLICIES.contains(propagationPolicy)) {
      errors.add(
          new FieldError(
              FieldError.Type.NOT_SUPPORTED,
              path.toString(),
              propagationPolicy,
              "supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
              false));
    }
    WriteOptions.dryRun(tree.strings("dryRun"), errors);
    if (!errors.isEmpty()) {
      throw ApiException.invalid("meta.k8s.io", "DeleteOptions", "", errors);
    }
  }
}
