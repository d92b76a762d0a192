package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.Admission;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.watchcache.StoredForm;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.CasResult;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes objects: at once, or by setting a deletionTimestamp when there are finalizers to wait for
 * or a pod's grace period.
 *
 * <p>{@link #plan} decides on the object alone; {@link #delete} applies the decision with a
 * compare-and-swap and decides anew if the object changed meanwhile.
 */
final class ObjectDeletion {
  private static final int ATTEMPTS = 100;
  private static final String ORPHAN = "orphan";
  private static final String FOREGROUND = "foregroundDeletion";

  /** What to do with the object. */
  sealed interface Plan {
    /** It goes now. */
    record Remove() implements Plan {}

    /** It stays, marked, until its finalizers are gone or its grace period is over. */
    record Mark(JsonObject object) implements Plan {}

    /** Marked and to be removed in one go (grace period 0 of a kind with graceful deletion). */
    record MarkAndRemove(JsonObject object) implements Plan {}

    /** Its deletion is under way already. */
    record Pending() implements Plan {}
  }

  /** The object as it was last, and whether it is gone. */
  record Deleted(JsonObject object, boolean gone) {}

  private final Store store;
  private final StoredForms forms;
  private final Admission admission;

  ObjectDeletion(Store store, StoredForms forms, Admission admission) {
    this.store = store;
    this.forms = forms;
    this.admission = admission;
  }

  /** The result's object is in the storage version. */
  Deleted delete(RequestScope scope, String name, DeleteOptions options, boolean admitted) {
    Bytes key = Bytes.utf8(scope.key(name));
    StoredForm form = forms.of(scope.definition());
    StrategyContext context = scope.context("", options.dryRun());
    Strategy strategy = scope.definition().strategy();
    if (options.propagationPolicy() == null && options.orphanDependents() == null) {
      strategy.warningsOnDefaultPropagation().forEach(scope::warn);
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      KeyValue stored = store.get(key);
      if (stored == null) {
        throw ApiException.notFound(scope.groupResource(), name);
      }
      JsonObject object = form.tree(stored.value().array(), stored.modRevision());
      checkPreconditions(scope, name, options, object);
      strategy.checkDelete(context, object);
      if (strategy.awaitsDeletion(object)) {
        return new Deleted(object, false);
      }
      if (admitted) {
        askAdmission(scope, name, options, object);
      }
      Plan plan = plan(strategy, context, object, options);
      Deleted deleted = apply(plan, scope, options, stored, object, context);
      if (deleted != null) {
        return deleted;
      }
      Contention.pause(attempt + 1);
    }
    throw Preconditions.modified(scope, name);
  }

  private @Nullable Deleted apply(
      Plan plan,
      RequestScope scope,
      DeleteOptions options,
      KeyValue stored,
      JsonObject object,
      StrategyContext context) {
    return switch (plan) {
      case Plan.Pending() -> new Deleted(object, false);
      case Plan.Remove() -> remove(scope, options, stored, object, context);
      case Plan.MarkAndRemove(JsonObject marked) -> remove(scope, options, stored, marked, context);
      case Plan.Mark(JsonObject marked) -> {
        if (options.dryRun() || marked.equals(object)) {
          yield new Deleted(marked, false);
        }
        CasResult result =
            store.putIf(
                stored.key(),
                stored.modRevision(),
                Bytes.wrap(StoredForm.encode(marked)),
                stored.lease());
        if (!result.succeeded()) {
          yield null;
        }
        marked.ensureObject("metadata").put("resourceVersion", Long.toString(result.revision()));
        yield new Deleted(marked, false);
      }
    };
  }

  private @Nullable Deleted remove(
      RequestScope scope,
      DeleteOptions options,
      KeyValue stored,
      JsonObject object,
      StrategyContext context) {
    if (options.dryRun()) {
      return new Deleted(object, true);
    }
    CasResult result = store.deleteIf(stored.key(), stored.modRevision());
    if (!result.succeeded()) {
      return null;
    }
    scope.definition().strategy().afterDelete(context, object);
    object.ensureObject("metadata").put("resourceVersion", Long.toString(result.revision()));
    return new Deleted(object, true);
  }

  /** Decides; changes nothing but a copy of the object. */
  static Plan plan(
      Strategy strategy, StrategyContext context, JsonObject object, DeleteOptions options) {
    JsonObject marked = object.deepCopy();
    JsonObject metadata = marked.ensureObject("metadata");
    Long asked = options.effectiveGraceSeconds();
    Long grace = strategy.gracePeriodSeconds(context, marked, asked);
    boolean graceful = false;
    if (grace != null) {
      if (metadata.has("deletionTimestamp")) {
        Long running = metadata.integerOrNull("deletionGracePeriodSeconds");
        if (running != null && running > 0) {
          if (asked == null || asked >= running) {
            return new Plan.Pending();
          }
          shorten(metadata, running, asked, context.now());
          grace = metadata.integer("deletionGracePeriodSeconds");
          graceful = true;
        }
      } else {
        metadata.put("deletionTimestamp", ObjectNames.time(context.now().plusSeconds(grace)));
        metadata.put("deletionGracePeriodSeconds", grace);
        if (metadata.integer("generation") > 0) {
          metadata.put("generation", metadata.integer("generation") + 1);
        }
        graceful = true;
      }
    }
    setFinalizers(strategy, metadata, options);
    boolean held = !metadata.strings("finalizers").isEmpty() || strategy.heldFromDeletion(marked);
    if (graceful) {
      if (held || (grace != null && grace > 0)) {
        return new Plan.Mark(marked);
      }
      return new Plan.MarkAndRemove(marked);
    }
    if (!held) {
      return new Plan.Remove();
    }
    markNow(metadata, context.now());
    strategy.markedForDeletion(marked);
    return new Plan.Mark(marked);
  }

  private static void shorten(JsonObject metadata, long running, long asked, Instant now) {
    Instant until = Instant.parse(metadata.string("deletionTimestamp"));
    Instant moved = until.minusSeconds(running).plusSeconds(asked);
    long period = asked;
    if (moved.isBefore(now)) {
      moved = now;
      period = asked == 0 ? 0 : 1;
    }
    metadata.put("deletionTimestamp", ObjectNames.time(moved));
    metadata.put("deletionGracePeriodSeconds", period);
  }

  private static void markNow(JsonObject metadata, Instant now) {
    if (!metadata.has("deletionTimestamp")) {
      if (metadata.integer("generation") > 0) {
        metadata.put("generation", metadata.integer("generation") + 1);
      }
      metadata.put("deletionTimestamp", ObjectNames.time(now));
    } else if (Instant.parse(metadata.string("deletionTimestamp")).isAfter(now)) {
      metadata.put("deletionTimestamp", ObjectNames.time(now));
    }
    metadata.put("deletionGracePeriodSeconds", 0L);
  }

  /** Adds or removes the garbage collector's finalizers as the propagation policy says. */
  private static void setFinalizers(Strategy strategy, JsonObject metadata, DeleteOptions options) {
    List<String> present = metadata.strings("finalizers");
    List<String> wanted = new ArrayList<>(present);
    wanted.remove(ORPHAN);
    wanted.remove(FOREGROUND);
    if (orphans(strategy, present, options)) {
      wanted.add(ORPHAN);
    }
    if (waitsForDependents(present, options)) {
      wanted.add(FOREGROUND);
    }
    if (!new HashSet<>(wanted).equals(new HashSet<>(present))) {
      if (wanted.isEmpty()) {
        metadata.remove("finalizers");
      } else {
        metadata.put("finalizers", new ArrayList<Object>(wanted));
      }
    }
  }

  private static boolean orphans(
      Strategy strategy, List<String> finalizers, DeleteOptions options) {
    if (options.orphanDependents() != null) {
      return options.orphanDependents();
    }
    if (options.propagationPolicy() != null) {
      return options.propagationPolicy().equals("Orphan");
    }
    for (String finalizer : finalizers) {
      if (finalizer.equals(ORPHAN)) {
        return true;
      }
      if (finalizer.equals(FOREGROUND)) {
        return false;
      }
    }
    return strategy.defaultPropagation() == Strategy.Propagation.ORPHAN;
  }

  private static boolean waitsForDependents(List<String> finalizers, DeleteOptions options) {
    if (options.orphanDependents() != null) {
      return false;
    }
    if (options.propagationPolicy() != null) {
      return options.propagationPolicy().equals("Foreground");
    }
    for (String finalizer : finalizers) {
      if (finalizer.equals(FOREGROUND)) {
        return true;
      }
      if (finalizer.equals(ORPHAN)) {
        return false;
      }
    }
    return false;
  }

  private static void checkPreconditions(
      RequestScope scope, String name, DeleteOptions options, JsonObject object) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    if (scope.groupResource().toString().equals("namespaces")) {
      checkNamespacePreconditions(scope, name, options, metadata);
    }
    // the kind stands in the resource's place here, as upstream has it
    GroupResource kind = new GroupResource(scope.kindGroup(), scope.working().kind().kind());
    String uid = options.uid();
    if (uid != null && !uid.equals(metadata.string("uid"))) {
      throw ApiException.conflict(
          kind,
          name,
          "the UID in the precondition ("
              + uid
              + ") does not match the UID in record ("
              + metadata.string("uid")
              + "). The object might have been deleted and then recreated");
    }
    String revision = options.resourceVersion();
    if (revision != null && !revision.equals(metadata.string("resourceVersion"))) {
      throw ApiException.conflict(
          kind,
          name,
          "the ResourceVersion in the precondition ("
              + revision
              + ") does not match the ResourceVersion in record ("
              + metadata.string("resourceVersion")
              + "). The object might have been modified");
    }
  }

  /** Upstream's namespaces have a look of their own, before that of all kinds. */
  private static void checkNamespacePreconditions(
      RequestScope scope, String name, DeleteOptions options, JsonObject metadata) {
    String uid = options.uid();
    if (uid != null && !uid.equals(metadata.string("uid"))) {
      throw ApiException.conflict(
          scope.groupResource(), name, Preconditions.uidMismatch(uid, metadata.string("uid")));
    }
    String revision = options.resourceVersion();
    if (revision != null && !revision.equals(metadata.string("resourceVersion"))) {
      throw ApiException.conflict(
          scope.groupResource(),
          name,
          Preconditions.revisionMismatch(revision, metadata.string("resourceVersion")));
    }
  }

  private void askAdmission(
      RequestScope scope, String name, DeleteOptions options, JsonObject object) {
    boolean isNamespace = scope.groupResource().toString().equals("namespaces");
    AdmissionRequest attributes =
        new AdmissionRequest(
            Operation.DELETE,
            scope.definition(),
            scope.requested().resource(),
            scope.working().kind(),
            "",
            isNamespace ? name : scope.namespace(),
            name,
            null,
            object.deepCopy(),
            options.tree(),
            options.dryRun(),
            scope.user(),
            scope::warn);
    admission.mutate(attributes);
    admission.validate(attributes);
  }
}
