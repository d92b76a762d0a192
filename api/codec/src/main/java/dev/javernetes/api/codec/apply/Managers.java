package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object's {@code managedFields} while a write works on them. */
final class Managers {
  /** What one manager owns, in the version it spoke. */
  record Owned(FieldSet fields, String apiVersion) {}

  private final Map<ManagerId, Owned> owned = new LinkedHashMap<>();
  private final Map<ManagerId, @Nullable String> times = new HashMap<>();

  /** {@code IllegalArgumentException} if an entry makes no sense. */
  static Managers decode(List<JsonObject> entries) {
    Managers managers = new Managers();
    for (int i = 0; i < entries.size(); i++) {
      JsonObject entry = entries.get(i);
      ManagerId.Operation operation =
          switch (entry.string("operation")) {
            case "Apply" -> ManagerId.Operation.APPLY;
            case "Update" -> ManagerId.Operation.UPDATE;
            default -> throw new IllegalArgumentException("operation must be `Apply` or `Update`");
          };
      String apiVersion = entry.string("apiVersion");
      if (apiVersion.isEmpty()) {
        throw new IllegalArgumentException("apiVersion must not be empty");
      }
      String fieldsType = entry.string("fieldsType");
      if (!fieldsType.equals("FieldsV1")) {
        throw new IllegalArgumentException(
            fieldsType.isEmpty()
                ? "missing fieldsType in managed fields entry " + i
                : "invalid fieldsType \"" + fieldsType + "\" in managed fields entry " + i);
      }
      ManagerId id =
          new ManagerId(
              entry.string("manager"), operation, apiVersion, entry.string("subresource"));
      managers.owned.put(
          id, new Owned(FieldSet.fromJson(entry.objectOrEmpty("fieldsV1")), apiVersion));
      managers.times.put(id, entry.stringOrNull("time"));
    }
    return managers;
  }

  /** {@code null} if the entries make no sense. */
  static @Nullable Managers decodeOrNull(List<JsonObject> entries) {
    try {
      return decode(entries);
    } catch (IllegalArgumentException | StackOverflowError malformed) {
      return null;
    }
  }

  Managers copy() {
    Managers copy = new Managers();
    copy.owned.putAll(owned);
    copy.times.putAll(times);
    return copy;
  }

  boolean isEmpty() {
    return owned.isEmpty();
  }

  List<ManagerId> ids() {
    return List.copyOf(owned.keySet());
  }

  @Nullable Owned get(ManagerId id) {
    return owned.get(id);
  }

  void put(ManagerId id, FieldSet fields, String apiVersion) {
    if (fields.isEmpty()) {
      owned.remove(id);
    } else {
      owned.put(id, new Owned(fields, apiVersion));
    }
  }

  void remove(ManagerId id) {
    owned.remove(id);
  }

  void touch(ManagerId id, String time) {
    times.put(id, time);
  }

  /** Takes over when the manager wrote last, from another object's entries. */
  void touchAs(ManagerId id, Managers from) {
    String time = from.times.get(id);
    if (time != null) {
      times.put(id, time);
    }
  }

  private String time(ManagerId id) {
    String time = times.get(id);
    return time == null ? "" : time;
  }

  /**
   * Folds the oldest updaters of each version into {@code ancient-changes} until at most {@code
   * limit} remain.
   */
  void capUpdaters(int limit) {
    List<ManagerId> updaters = new ArrayList<>();
    for (ManagerId id : owned.keySet()) {
      if (id.operation() == ManagerId.Operation.UPDATE) {
        updaters.add(id);
      }
    }
    int count = updaters.size();
    if (count <= limit) {
      return;
    }
    updaters.sort(Comparator.comparing(this::time).thenComparing(ManagerId::toString));
    Map<String, ManagerId> firstOfVersion = new HashMap<>();
    for (ManagerId id : updaters) {
      if (count <= limit) {
        return;
      }
      Owned fields = owned.get(id);
      if (fields == null) {
        continue;
      }
      ManagerId first = firstOfVersion.putIfAbsent(fields.apiVersion(), id);
      if (first == null) {
        continue;
      }
      ManagerId bucket =
          ManagerId.of("ancient-changes", ManagerId.Operation.UPDATE, fields.apiVersion(), "");
      if (!owned.containsKey(bucket)) {
        Owned ofFirst = owned.remove(first);
        if (ofFirst != null) {
          owned.put(bucket, ofFirst);
        }
      }
      Owned gathered = owned.get(bucket);
      FieldSet all = gathered == null ? fields.fields() : fields.fields().union(gathered.fields());
      owned.put(bucket, new Owned(all, fields.apiVersion()));
      owned.remove(id);
      times.put(bucket, times.get(id));
      count--;
    }
  }

  /** Sorted as upstream stores them: appliers first, then by time and name. */
  List<@Nullable Object> encode() {
    List<ManagerId> ids = new ArrayList<>(owned.keySet());
    ids.sort(
        Comparator.comparing((ManagerId id) -> id.operation().text())
            .thenComparing(this::time)
            .thenComparing(ManagerId::manager)
            .thenComparing(id -> owned(id).apiVersion())
            .thenComparing(ManagerId::subresource));
    List<@Nullable Object> entries = new ArrayList<>(ids.size());
    for (ManagerId id : ids) {
      JsonObject entry = new JsonObject();
      entry.put("manager", id.manager());
      entry.put("operation", id.operation().text());
      entry.put("apiVersion", owned(id).apiVersion());
      String time = times.get(id);
      if (time != null) {
        entry.put("time", time);
      }
      entry.put("fieldsType", "FieldsV1");
      entry.put("fieldsV1", owned(id).fields().toJson());
      if (!id.subresource().isEmpty()) {
        entry.put("subresource", id.subresource());
      }
      entries.add(entry);
    }
    return entries;
  }

  private Owned owned(ManagerId id) {
    Owned fields = owned.get(id);
    return fields == null ? new Owned(FieldSet.EMPTY, "") : fields;
  }
}
