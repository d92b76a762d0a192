package dev.javernetes.api.codec.apply;

import dev.javernetes.api.codec.patch.GoPrint;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.schema.Schema;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@code metadata.managedFields} on every write, and merges what appliers send.
 *
 * <p>A plain write (create, update, patch) takes ownership of what it changes. An apply states
 * everything its manager wants: what others own with another value is a conflict (unless forced),
 * what the manager owned and no longer states disappears if nobody else owns it.
 *
 * <pre>{@code
 * FieldManager fields = new FieldManager(versions);
 * fields.update(empty, created, write);                      // POST; empty: the kind's zero object
 * fields.update(live, updated, write);                       // PUT, PATCH
 * JsonObject merged = fields.apply(live, configuration, write, force);   // apply; then default, normalise, validate
 * }</pre>
 *
 * <p>Objects come in the request's version, normalised as Go would write them; {@code live} is
 * never changed.
 */
public final class FieldManager {
  /** Upstream's limit of updaters per object, above which the oldest are folded together. */
  public static final int UPDATER_LIMIT = 10;

  public static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  /** What belongs to the server, whoever writes it. */
  private static final FieldSet NEVER_OWNED =
      FieldSet.ofFields(
          List.of(
              List.of("apiVersion"),
              List.of("kind"),
              List.of("metadata"),
              List.of("metadata", "name"),
              List.of("metadata", "namespace"),
              List.of("metadata", "creationTimestamp"),
              List.of("metadata", "selfLink"),
              List.of("metadata", "uid"),
              List.of("metadata", "clusterName"),
              List.of("metadata", "generation"),
              List.of("metadata", "managedFields"),
              List.of("metadata", "resourceVersion")));

  private final Ownership ownership;

  public FieldManager(ObjectVersions versions) {
    this.ownership = new Ownership(versions);
  }

  /** Sets {@code object}'s managedFields for a write that turned {@code live} into it. */
  public void update(JsonObject live, JsonObject object, Write write) {
    Managers managers = managersFor(live, object, write);
    JsonObject before = withoutManagedFields(live);
    JsonObject metadata = object.ensureObject("metadata");
    metadata.remove("managedFields");
    boolean creating = live.objectOrEmpty("metadata").string("uid").isEmpty();
    if (managers.isEmpty() && !creating) {
      return; // cleared once: not tracked again before the next apply
    }
    track(before, object, managers, write.manager(), write);
    encode(managers, object);
  }

  /**
   * {@code live} with {@code configuration} applied, and its managedFields; {@code ApiException} on
   * conflicts and on a configuration that does not fit. For a creation {@code live} is the kind's
   * zero object.
   */
  public JsonObject apply(JsonObject live, JsonObject configuration, Write write, boolean force) {
    check(configuration, write);
    List<JsonObject> entries = live.objectOrEmpty("metadata").objects("managedFields");
    Managers managers = Managers.decodeOrNull(entries);
    if (managers == null) {
      throw ApiException.unclassified("failed to decode managed fields: " + complaint(entries));
    }
    JsonObject before = withoutManagedFields(live);
    JsonObject wanted = withoutManagedFields(configuration);
    Applied applied;
    try {
      applied = applyOnce(before, wanted, managers.copy(), write, force);
    } catch (ApplyConflicts conflicts) {
      applied = afterClientSideApply(before, wanted, managers, write, conflicts);
    }
    JsonObject result = applied.object();
    if (write.manager().equals("kubectl")) {
      refreshLastApplied(result, wanted);
    }
    encode(applied.managers(), result);
    return result;
  }

  /** What is wrong with such entries; {@code null} for nothing. */
  public static @Nullable String complaint(List<JsonObject> entries) {
    try {
      Managers.decode(entries);
      return null;
    } catch (IllegalArgumentException malformed) {
      return String.valueOf(malformed.getMessage());
    }
  }

  /**
   * Puts the old times back where a write changed nothing but when managers last wrote: then it is
   * no write at all.
   */
  public static void keepTimesIfNothingElseChanged(JsonObject object, JsonObject old) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    List<JsonObject> before = old.objectOrEmpty("metadata").objects("managedFields");
    List<JsonObject> after = metadata.objects("managedFields");
    if (before.isEmpty() || before.size() != after.size() || before.equals(after)) {
      return;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!withoutTime(before.get(i)).equals(withoutTime(after.get(i)))) {
        return;
      }
    }
    if (withoutManagedFields(object).equals(withoutManagedFields(old))) {
      metadata.put(
          "managedFields", Json.deepCopy(old.objectOrEmpty("metadata").get("managedFields")));
    }
  }

  private record Applied(JsonObject object, Managers managers) {}

  private Applied applyOnce(
      JsonObject live, JsonObject configuration, Managers managers, Write write, boolean force)
      throws ApplyConflicts {
    boolean creating = live.objectOrEmpty("metadata").string("uid").isEmpty();
    if (managers.isEmpty() && !creating) {
      JsonObject nothing =
          JsonObject.of("apiVersion", write.apiVersion(), "kind", live.get("kind"));
      track(nothing, live, managers, "before-first-apply", write);
    }
    ManagerId id =
        ManagerId.of(
            write.manager(), ManagerId.Operation.APPLY, write.apiVersion(), write.subresource());
    JsonObject merged = ownership.apply(live, configuration, managers, id, write, force);
    strip(managers, id);
    if (merged == null) {
      return new Applied(live.deepCopy(), managers);
    }
    managers.touch(id, time(write.now()));
    return new Applied(merged, managers);
  }

  /**
   * {@code kubectl apply --server-side} on what {@code kubectl apply} made: fields that the
   * last-applied annotation names with their live value may be taken over without force (KEP-555).
   */
  private Applied afterClientSideApply(
      JsonObject live,
      JsonObject configuration,
      Managers managers,
      Write write,
      ApplyConflicts conflicts) {
    if (!write.manager().equals("kubectl")) {
      throw conflicts.asStatus();
    }
    FieldSet allowed =
        ownership.unchangedSinceLastApplied(live, lastApplied(live), write.apiVersion());
    if (!conflicts.fields().difference(allowed).isEmpty()) {
      throw conflicts.without(allowed).asStatus();
    }
    try {
      return applyOnce(live, configuration, managers.copy(), write, true);
    } catch (ApplyConflicts cannotBe) {
      throw cannotBe.asStatus();
    }
  }

  private void track(
      JsonObject live, JsonObject object, Managers managers, String manager, Write write) {
    ManagerId id =
        ManagerId.of(manager, ManagerId.Operation.UPDATE, write.apiVersion(), write.subresource());
    FieldSet changed = ownership.update(live, object, managers, write).difference(NEVER_OWNED);
    if (!changed.isEmpty()) {
      Managers.Owned before = managers.get(id);
      managers.put(
          id, before == null ? changed : changed.union(before.fields()), write.apiVersion());
      managers.touch(id, time(write.now()));
    }
    managers.capUpdaters(UPDATER_LIMIT);
  }

  private static void strip(Managers managers, ManagerId id) {
    Managers.Owned owned = managers.get(id);
    if (owned != null) {
      managers.put(id, owned.fields().difference(NEVER_OWNED), owned.apiVersion());
    }
  }

  /**
   * The client's own managedFields if it sent sensible ones, else the live object's; none if it
   * reset them.
   */
  private static Managers managersFor(JsonObject live, JsonObject object, Write write) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    List<@Nullable Object> sent =
        write.subresource().isEmpty() ? metadata.array("managedFields") : null;
    if (sent != null) {
      if (sent.isEmpty() || sent.size() == 1 && isZero(sent.getFirst())) {
        return new Managers();
      }
      List<JsonObject> entries = metadata.objects("managedFields");
      if (!entries.equals(live.objectOrEmpty("metadata").objects("managedFields"))) {
        Managers given = Managers.decodeOrNull(entries);
        if (given != null && !given.isEmpty()) {
          return given;
        }
      }
    }
    Managers stored =
        Managers.decodeOrNull(live.objectOrEmpty("metadata").objects("managedFields"));
    return stored == null ? new Managers() : stored;
  }

  private static boolean isZero(@Nullable Object entry) {
    return entry == null
        || entry instanceof JsonObject object && object.values().stream().allMatch(Objects::isNull);
  }

  private void check(JsonObject configuration, Write write) {
    String version = configuration.string("apiVersion");
    JsonObject metadata = configuration.objectOrEmpty("metadata");
    if (metadata.array("managedFields") != null) {
      throw ApiException.badRequest("metadata.managedFields must be nil");
    }
    Schema schema = ownership.schema(write.apiVersion());
    String complaint = TypedValidation.complaint(configuration, schema);
    if (complaint != null) {
      throw ApiException.unclassified(
          "failed to create typed patch object ("
              + metadata.string("namespace")
              + "/"
              + metadata.string("name")
              + "; "
              + (version.contains("/") ? version : "/" + version)
              + ", Kind="
              + configuration.string("kind")
              + "): "
              + complaint);
    }
  }

  private static void refreshLastApplied(JsonObject object, JsonObject configuration) {
    JsonObject annotations = object.objectOrEmpty("metadata").object("annotations");
    if (annotations == null || annotations.string(LAST_APPLIED).isEmpty()) {
      return;
    }
    JsonObject applied = configuration.deepCopy();
    JsonObject own = applied.objectOrEmpty("metadata").object("annotations");
    if (own != null) {
      own.remove(LAST_APPLIED);
    }
    annotations.put(LAST_APPLIED, GoPrint.mapJson(applied) + "\n");
  }

  private static @Nullable JsonObject lastApplied(JsonObject live) {
    if (!(live.at("metadata", "annotations", LAST_APPLIED) instanceof String text)
        || text.isEmpty()) {
      return null;
    }
    try {
      return Json.parseObject(text);
    } catch (JsonSyntaxException notOurs) {
      return null;
    }
  }

  private static void encode(Managers managers, JsonObject object) {
    JsonObject metadata = object.ensureObject("metadata");
    if (managers.isEmpty()) {
      metadata.remove("managedFields");
    } else {
      metadata.put("managedFields", managers.encode());
    }
  }

  private static JsonObject withoutManagedFields(JsonObject object) {
    if (!object.objectOrEmpty("metadata").containsKey("managedFields")) {
      return object;
    }
    JsonObject copy = new JsonObject(object);
    JsonObject metadata = new JsonObject(object.objectOrEmpty("metadata"));
    metadata.remove("managedFields");
    copy.put("metadata", metadata);
    return copy;
  }

  private static JsonObject withoutTime(JsonObject entry) {
    JsonObject copy = new JsonObject(entry);
    copy.remove("time");
    return copy;
  }

  private static String time(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
