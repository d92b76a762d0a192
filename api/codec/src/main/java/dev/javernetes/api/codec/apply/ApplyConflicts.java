package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Fields that an applier wants to change though others own them; thrown inside this package,
 * answered with 409.
 */
final class ApplyConflicts extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Map<ManagerId, FieldSet> byManager;

  ApplyConflicts(Map<ManagerId, FieldSet> byManager) {
    super("conflicts", null, false, false);
    this.byManager = byManager;
  }

  FieldSet fields() {
    return byManager.values().stream().reduce(FieldSet.EMPTY, FieldSet::union);
  }

  ApplyConflicts without(FieldSet allowed) {
    Map<ManagerId, FieldSet> rest = new java.util.LinkedHashMap<>();
    byManager.forEach((manager, fields) -> {
      FieldSet left = fields.difference(allowed);
      if (!left.isEmpty()) {
        rest.put(manager, left);
      }
    });
    return new ApplyConflicts(rest);
  }

  ApiException asStatus() {
    record Conflict(String path, String manager) {}
    List<Conflict> conflicts = new ArrayList<>();
    byManager.forEach((manager, fields) ->
        fields.forEachPath(path -> conflicts.add(new Conflict(path, manager.shown()))));
    conflicts.sort(Comparator.comparing(Conflict::path).thenComparing(Conflict::manager));
    List<@Nullable Object> causes = new ArrayList<>();
    for (Conflict conflict : conflicts) {
      causes.add(
          JsonObject.of(
              "reason",
              "FieldManagerConflict",
              "message",
              "conflict with " + conflict.manager(),
              "field",
              conflict.path()));
    }
    return new ApiException(
        ApiException.status(StatusReason.CONFLICT, message(), JsonObject.of("causes", causes)));
  }

  private String message() {
    TreeMap<String, List<String>> paths = new TreeMap<>();
    byManager.forEach((manager, fields) ->
        fields.forEachPath(
            path -> paths.computeIfAbsent(manager.shown(), first -> new ArrayList<>()).add(path)));
    long count = paths.values().stream().mapToLong(List::size).sum();
    if (count == 1) {
      var only = paths.firstEntry();
      return "Apply failed with 1 conflict: conflict with "
          + only.getKey()
          + ": "
          + only.getValue().getFirst();
    }
    StringBuilder text = new StringBuilder("Apply failed with " + count + " conflicts: ");
    String separator = "";
    for (var entry : paths.entrySet()) {
      text.append(separator).append("conflicts with ").append(entry.getKey()).append(':');
      entry.getValue().forEach(path -> text.append("\n- ").append(path));
      separator = "\n";
    }
    return text.toString();
  }
}
