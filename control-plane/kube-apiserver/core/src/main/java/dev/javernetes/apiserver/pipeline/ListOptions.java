package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.selector.FieldSelector;
import dev.javernetes.api.machinery.selector.LabelSelector;
import dev.javernetes.api.machinery.selector.SelectorSyntaxException;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.registry.SelectableField;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.request.QueryParameters;
import dev.javernetes.apiserver.watchcache.ObjectFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a list or watch asks for, checked. */
record ListOptions(
    boolean watch,
    ObjectFilter filter,
    String resourceVersion,
    String resourceVersionMatch,
    long limit,
    String continueToken,
    @Nullable Long timeoutSeconds,
    boolean allowWatchBookmarks,
    @Nullable Boolean sendInitialEvents) {

  private static final String NOT_OLDER_THAN = "NotOlderThan";
  private static final String EXACT = "Exact";

  static ListOptions parse(RequestScope scope, boolean watch) {
    QueryParameters query = scope.query();
    Long limit = Parameters.integer(query, "limit");
    ListOptions options =
        new ListOptions(
            watch,
            filter(scope),
            query.get("resourceVersion"),
            query.get("resourceVersionMatch"),
            limit == null ? 0 : Math.max(limit, 0),
            query.get("continue"),
            Parameters.integer(query, "timeoutSeconds"),
            Parameters.bool(query, "allowWatchBookmarks"),
            query.has("sendInitialEvents")
                ? (Boolean) Parameters.bool(query, "sendInitialEvents")
                : null);
    options = options.withDefaults();
    options.validate();
    return options;
  }

  /** A watch from any state begins with that state, and may be told where it ends (KEP-3157). */
  private ListOptions withDefaults() {
    boolean fromAnyState = resourceVersion.isEmpty() || resourceVersion.equals("0");
    if (!watch || !fromAnyState || sendInitialEvents != null || !resourceVersionMatch.isEmpty()) {
      return this;
    }
    return new ListOptions(
        watch,
        filter,
        resourceVersion,
        NOT_OLDER_THAN,
        limit,
        continueToken,
        timeoutSeconds,
        allowWatchBookmarks,
        true);
  }

  boolean exact() {
    return resourceVersionMatch.equals(EXACT);
  }

  /**
   * A page at a resource version means that very version, as before there was a match to say so.
   */
  boolean atExactVersion() {
    return exact()
        || resourceVersionMatch.isEmpty()
            && limit > 0
            && !resourceVersion.isEmpty()
            && !resourceVersion.equals("0");
  }

  private static ObjectFilter filter(RequestScope scope) {
    QueryParameters query = scope.query();
    try {
      LabelSelector labels = LabelSelector.parse(query.get("labelSelector"));
      FieldSelector fields = FieldSelector.parse(query.get("fieldSelector"));
      boolean named = scope.info().parts().size() > 1;
      if (named
          && !fields.isEverything()
          && !scope.name().equals(fields.required("metadata.name"))) {
        throw ApiException.badRequest("fieldSelector metadata.name doesn't match requested name");
      }
      for (FieldSelector.Term term : fields.terms()) {
        if (!term.field().isEmpty() || !term.value().isEmpty()) {
          checkField(scope, term.field());
        }
      }
      return ObjectFilter.of(
          scope.namespace(),
          named ? scope.name() : "",
          labels,
          fields,
          scope.definition().custom()
              ? scope.definition().scannedFields()
              : scope.requested().selectableFields());
    } catch (SelectorSyntaxException problem) {
      throw ApiException.badRequest(String.valueOf(problem.getMessage()));
    }
  }

  private static void checkField(RequestScope scope, String field) {
    ServedVersion version = scope.requested();
    List<SelectableField> selectable = version.selectableFields();
    if (field.isEmpty()
        || field.equals("metadata.name")
        || (field.equals("metadata.namespace")
            && (scope.definition().namespaced() || selectable.isEmpty()))
        || selectable.stream().anyMatch(known -> known.name().equals(field))) {
      return;
    }
    if (selectable.isEmpty() && !scope.definition().custom()) {
      throw ApiException.badRequest(
          GoQuote.quote(field)
              + " is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
    }
    if (scope.groupResource().toString().equals("jobs.batch")) {
      throw ApiException.badRequest(
          "field label " + GoQuote.quote(field) + " not supported for Job");
    }
    throw ApiException.badRequest(
        version.kind().kind().equals("Job")
            ? "field label " + GoQuote.quote(field) + " not supported for Job"
            : "field label not supported: " + field);
  }

  private void validate() {
    ErrorList errors = new ErrorList();
    FieldPath match = FieldPath.of("resourceVersionMatch");
    if (watch) {
      validateWatch(match, errors);
    } else {
      validateList(match, errors);
    }
    if (!errors.isEmpty()) {
      throw ApiException.invalid("meta.k8s.io", "ListOptions", "", errors);
    }
  }

  private void validateList(FieldPath match, ErrorList errors) {
    if (!resourceVersionMatch.isEmpty()) {
      if (resourceVersion.isEmpty()) {
        errors.forbidden(
            match, "resourceVersionMatch is forbidden unless resourceVersion is provided");
      }
      if (!continueToken.isEmpty()) {
        errors.forbidden(match, "resourceVersionMatch is forbidden when continue is provided");
      }
      if (!exact() && !resourceVersionMatch.equals(NOT_OLDER_THAN)) {
        errors.notSupportedInOrder(match, resourceVersionMatch, List.of(EXACT, NOT_OLDER_THAN, ""));
      }
      if (exact() && resourceVersion.equals("0")) {
        errors.forbidden(
            match, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
      }
    }
    if (sendInitialEvents != null) {
      errors.forbidden(
          FieldPath.of("sendInitialEvents"), "sendInitialEvents is forbidden for list");
    }
  }

  private void validateWatch(FieldPath match, ErrorList errors) {
    if (sendInitialEvents != null && !resourceVersionMatch.equals(NOT_OLDER_THAN)) {
      errors.forbidden(
          match, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }
    if (!resourceVersionMatch.isEmpty()) {
      if (sendInitialEvents == null) {
        errors.forbidden(
            match,
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
      }
      if (!resourceVersionMatch.equals(NOT_OLDER_THAN)) {
        errors.notSupported(match, resourceVersionMatch, List.of(NOT_OLDER_THAN));
      }
      if (!continueToken.isEmpty()) {
        errors.forbidden(match, "resourceVersionMatch is forbidden when continue is provided");
      }
    }
  }
}
