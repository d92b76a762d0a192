package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of ownership over field sets, after structured-merge-diff: who loses what by a
 * change, what an apply removes.
 */
final class Ownership {
  private final ObjectVersions versions;

  Ownership(ObjectVersions versions) {
    this.versions = versions;
  }

  Schema schema(String apiVersion) {
    Schema schema = versions.schema(apiVersion);
    if (schema == null) {
      throw new IllegalArgumentException("no schema for " + apiVersion);
    }
    return schema;
  }

  /**
   * Takes from every manager what the change touched, and answers what the writer now owns by it.
   */
  FieldSet update(JsonObject live, JsonObject object, Managers managers, Write write) {
    reconcile(managers, write);
    Comparison change =
        Comparison.of(live, object, schema(write.apiVersion())).without(write.resetFields());
    if (!change.isSame()) {
      Map<ManagerId, FieldSet> touched = touched(live, object, change, managers, null, write);
      take(managers, touched);
    }
    return change.changed().recursiveDifference(write.resetFields());
  }

  /** The merged object, or {@code null} if the live one is already as wanted. */
  @Nullable JsonObject apply(
      JsonObject live,
      JsonObject configuration,
      Managers managers,
      ManagerId id,
      Write write,
      boolean force)
      throws ApplyConflicts {
    reconcile(managers, write);
    Schema schema = schema(write.apiVersion());
    JsonObject merged = TypedMerge.merge(live, configuration, schema);
    Managers.Owned last = managers.get(id);
    FieldSet stated =
        OwnedFields.of(configuration, schema).recursiveDifference(write.resetFields());
    managers.put(id, stated, write.apiVersion());
    if (last != null) {
      merged = prune(merged, managers, last, stated, write);
    }
    Comparison change = Comparison.of(live, merged, schema).without(write.resetFields());
    if (!change.isSame()) {
      Map<ManagerId, FieldSet> touched = touched(live, merged, change, managers, id, write);
      if (!force && !touched.isEmpty()) {
        throw new ApplyConflicts(touched);
      }
      take(managers, touched);
      takeRemoved(live, merged, change, managers, id, write);
    }
    return Comparison.same(live, merged) ? null : merged;
  }

  /** What the last-applied configuration states and the live object still has. */
  FieldSet unchangedSinceLastApplied(
      JsonObject live, @Nullable JsonObject lastApplied, String apiVersion) {
    if (lastApplied == null || !lastApplied.string("apiVersion").equals(apiVersion)) {
      return FieldSet.EMPTY;
    }
    Schema schema = schema(apiVersion);
    if (TypedValidation.complaint(lastApplied, schema) != null) {
      return FieldSet.EMPTY;
    }
    Comparison since = Comparison.of(lastApplied, live, schema);
    return OwnedFields.of(lastApplied, schema)
        .difference(since.modified())
        .difference(since.added())
        .difference(since.removed());
  }

  private void reconcile(Managers managers, Write write) {
    if (!write.reconcile()) {
      return;
    }
    for (ManagerId id : managers.ids()) {
      Managers.Owned owned = managers.get(id);
      Schema schema = owned == null ? null : versions.schema(owned.apiVersion());
      if (owned != null && schema != null) {
        managers.put(id, OwnedFields.reconciled(owned.fields(), schema), owned.apiVersion());
      }
    }
  }

  /**
   * What the change modified or added of the others' fields; drops managers whose version is gone.
   * Without a {@code writer} (a plain update) removed fields are taken at once.
   */
  private Map<ManagerId, FieldSet> touched(
      JsonObject live,
      JsonObject object,
      Comparison change,
      Managers managers,
      @Nullable ManagerId writer,
      Write write) {
    Map<String, Comparison> changes = new HashMap<>();
    changes.put(write.apiVersion(), change);
    Map<ManagerId, FieldSet> touched = new LinkedHashMap<>();
    for (ManagerId id : managers.ids()) {
      Managers.Owned owned = managers.get(id);
      if (id.equals(writer) || owned == null) {
        continue;
      }
      Comparison theirs = change(live, object, owned.apiVersion(), changes, write);
      if (theirs == null) {
        managers.remove(id);
        continue;
      }
      FieldSet conflicting = owned.fields().intersection(theirs.changed());
      if (!conflicting.isEmpty()) {
        touched.put(id, conflicting);
      }
      if (writer == null && !theirs.removed().isEmpty()) {
        managers.put(id, owned.fields().difference(theirs.removed()), owned.apiVersion());
      }
    }
    return touched;
  }

  private void takeRemoved(
      JsonObject live,
      JsonObject object,
      Comparison change,
      Managers managers,
      ManagerId writer,
      Write write) {
    Map<String, Comparison> changes = new HashMap<>();
    changes.put(write.apiVersion(), change);
    for (ManagerId id : managers.ids()) {
      Managers.Owned owned = managers.get(id);
      if (id.equals(writer) || owned == null) {
        continue;
      }
      Comparison theirs = change(live, object, owned.apiVersion(), changes, write);
      if (theirs != null && !theirs.removed().isEmpty()) {
        managers.put(id, owned.fields().difference(theirs.removed()), owned.apiVersion());
      }
    }
  }

  private static void take(Managers managers, Map<ManagerId, FieldSet> touched) {
    touched.forEach((id, fields) -> {
      Managers.Owned owned = managers.get(id);
      if (owned != null) {
        managers.put(id, owned.fields().difference(fields), owned.apiVersion());
      }
    });
  }

  private @Nullable Comparison change(
      JsonObject live,
      JsonObject object,
      String apiVersion,
      Map<String, Comparison> known,
      Write write) {
    Comparison change = known.get(apiVersion);
    if (change != null) {
      return change;
    }
    Schema schema = versions.schema(apiVersion);
    if (schema == null) {
      return null;
    }
    change =
        Comparison.of(
                versions.convert(live, apiVersion), versions.convert(object, apiVersion), schema)
            .without(write.resetFields());
    known.put(apiVersion, change);
    return change;
  }

  /** Removes what the manager stated before and no longer does, unless somebody else owns it. */
  private JsonObject prune(
      JsonObject merged, Managers managers, Managers.Owned last, FieldSet stated, Write write) {
    String version = last.apiVersion();
    Schema schema = versions.schema(version);
    boolean sameVersion = version.equals(write.apiVersion());
    if (schema == null || sameVersion && last.fields().difference(stated).isEmpty()) {
      return merged;
    }
    JsonObject whole = sameVersion ? merged : versions.convert(merged, version);
    FieldSet lastNamed = OwnedFields.withNamedFields(last.fields(), schema);
    JsonObject pruned = TypedRemoval.remove(whole, lastNamed, schema);
    pruned = addBackOwned(whole, pruned, version, managers);
    FieldSet wholeSet = OwnedFields.withNamedFields(OwnedFields.of(whole, schema), schema);
    FieldSet prunedSet =
        OwnedFields.withNamedFields(
            OwnedFields.of(versions.convert(pruned, version), schema), schema);
    FieldSet gone = wholeSet.difference(prunedSet).intersection(lastNamed);
    JsonObject result = TypedRemoval.remove(whole, gone, schema);
    return sameVersion ? result : versions.convert(result, write.apiVersion());
  }

  private JsonObject addBackOwned(
      JsonObject whole, JsonObject pruned, String version, Managers managers) {
    Map<String, FieldSet> ownedByVersion = new LinkedHashMap<>();
    ownedByVersion.put(version, FieldSet.EMPTY);
    for (ManagerId id : managers.ids()) {
      Managers.Owned owned = managers.get(id);
      if (owned != null) {
        ownedByVersion.merge(owned.apiVersion(), owned.fields(), FieldSet::union);
      }
    }
    JsonObject current = whole;
    JsonObject result = pruned;
    for (Map.Entry<String, FieldSet> entry : ownedByVersion.entrySet()) {
      Schema schema = versions.schema(entry.getKey());
      if (schema == null || entry.getValue().isEmpty()) {
        continue;
      }
      current = versions.convert(current, entry.getKey());
      result = versions.convert(result, entry.getKey());
      FieldSet currentSet = OwnedFields.withNamedFields(OwnedFields.of(current, schema), schema);
      FieldSet kept =
          OwnedFields.withNamedFields(OwnedFields.of(result, schema), schema)
              .union(OwnedFields.withNamedFields(entry.getValue(), schema));
      result = TypedRemoval.remove(current, currentSet.difference(kept), schema);
    }
    return result;
  }
}
