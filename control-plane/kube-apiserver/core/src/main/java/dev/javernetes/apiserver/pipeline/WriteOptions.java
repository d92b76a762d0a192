package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.request.QueryParameters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CreateOptions, UpdateOptions and PatchOptions as they stand in the query.
 *
 * @param fieldManager as given, else the client's program
 * @param fieldValidation {@code Strict}, {@code Warn} or {@code Ignore}
 * @param force only for apply
 * @param given what admission is told: nothing but what the client said itself
 */
record WriteOptions(
    boolean dryRun,
    String fieldManager,
    String fieldValidation,
    @Nullable Boolean force,
    JsonObject given) {

  private static final int MANAGER_LIMIT_BYTES = 128;
  private static final Set<String> FIELD_VALIDATION = Set.of("", "Ignore", "Warn", "Strict");

  static WriteOptions create(RequestScope scope) {
    return parse("CreateOptions", scope, null);
  }

  static WriteOptions update(RequestScope scope) {
    return parse("UpdateOptions", scope, null);
  }

  static WriteOptions patch(RequestScope scope, ObjectCodec.PatchType type) {
    return parse("PatchOptions", scope, type);
  }

  private static WriteOptions parse(
      String kind, RequestScope scope, ObjectCodec.@Nullable PatchType patch) {
    QueryParameters query = scope.query();
    ErrorList errors = new ErrorList();
    Boolean force = query.has("force") ? (Boolean) Parameters.bool(query, "force") : null;
    String manager = query.get("fieldManager");
    if (patch != null && patch.isApply() && manager.isEmpty()) {
      errors.required(FieldPath.of("fieldManager"), "is required for apply patch");
    } else if (patch != null && !patch.isApply() && force != null) {
      errors.forbidden(FieldPath.of("force"), "may not be specified for non-apply patch");
    }
    ObjectMetaRules.validateFieldManager(manager, FieldPath.of("fieldManager"), errors);
    boolean dryRun = dryRun(query.all("dryRun"), errors);
    String validation = query.get("fieldValidation");
    if (!FIELD_VALIDATION.contains(validation)) {
      errors.notSupported(FieldPath.of("fieldValidation"), validation, FIELD_VALIDATION);
    }
    if (!errors.isEmpty()) {
      throw ApiException.invalid("meta.k8s.io", kind, "", errors);
    }
    JsonObject given = new JsonObject();
    if (dryRun) {
      given.put("dryRun", new ArrayList<Object>(query.all("dryRun")));
    }
    if (!manager.isEmpty()) {
      given.put("fieldManager", manager);
    }
    if (!validation.isEmpty()) {
      given.put("fieldValidation", validation);
    }
    return new WriteOptions(
        dryRun,
        manager.isEmpty() ? managerOfAgent(scope) : manager,
        validation.isEmpty() ? "Warn" : validation,
        force,
        given);
  }

  static boolean dryRun(List<String> values, ErrorList errors) {
    List<Object> shown = new ArrayList<>(values);
    if (!values.stream().allMatch("All"::equals)) {
      errors.notSupported(FieldPath.of("dryRun"), shown, List.of("All"));
    }
    return !values.isEmpty();
  }

  /** The options' object as admission sees it: a patch is an update, or a creation, there. */
  JsonObject tree(boolean creating) {
    JsonObject tree =
        JsonObject.of(
            "kind", creating ? "CreateOptions" : "UpdateOptions", "apiVersion", "meta.k8s.io/v1");
    tree.putAll(given);
    return tree;
  }

  boolean strict() {
    return fieldValidation.equals("Strict");
  }

  boolean warn() {
    return fieldValidation.equals("Warn");
  }

  /** Without a field manager, the client's program counts: {@code kubectl/v1.36} is kubectl. */
  private static String managerOfAgent(RequestScope scope) {
    String agent = scope.request().headers().get("User-Agent");
    int slash = agent.indexOf('/');
    String name = slash < 0 ? agent : agent.substring(0, slash);
    StringBuilder printable = new StringBuilder();
    int bytes = 0;
    for (int point : name.codePoints().toArray()) {
      if (!GoQuote.isPrintable(point)) {
        continue;
      }
      bytes += Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MANAGER_LIMIT_BYTES) {
        break;
      }
      printable.appendCodePoint(point);
    }
    return printable.toString();
  }
}
