package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.codec.apply.FieldManager;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.pipeline.Write.Written;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.watchcache.StoredForm;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.CasResult;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Store;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Creates and updates objects. A write is decided on trees in the working version and applied by
 * one compare-and-swap on the store; the loser of a race starts over with what it finds then, and
 * is refused there if it insisted on a resource version.
 *
 * <p>The order of the steps is upstream's: managedFields, mutating admission, preconditions,
 * strategy ({@link BeforeWrite}), validating admission, store.
 */
final class ObjectWrites {
  private static final int ATTEMPTS = 100;
  private static final int NAME_ATTEMPTS = 8;

  private final Store store;
  private final StoredForms forms;
  private final ObjectCodec codec;
  private final WriteAdmission admission;
  private final BeforeWrite before;
  private final Leases leases;
  private final ObjectNames names;

  ObjectWrites(
      Store store,
      StoredForms forms,
      ObjectCodec codec,
      WriteAdmission admission,
      Leases leases,
      ObjectNames names) {
    this.store = store;
    this.forms = forms;
    this.codec = codec;
    this.admission = admission;
    this.before = new BeforeWrite(codec);
    this.leases = leases;
    this.names = names;
  }

  // creation

  /** {@code object} is in the requested version, as decoded. */
  Written create(Write write, JsonObject object) {
    RequestScope scope = write.scope();
    write.strategy().applyDefaults(object);
    BeforeWrite.wipeSystemFields(object.ensureObject("metadata"));
    BeforeWrite.matchNamespace(scope, object);
    OwnerReferences.dropDuplicates(object, scope::warn, false);
    JsonObject working = inWorkingVersion(scope, track(write, null, object));
    working = admission.mutated(write, working, null);
    return generateNameAndCreate(write, working);
  }

  private Written generateNameAndCreate(Write write, JsonObject working) {
    String prefix = working.ensureObject("metadata").string("generateName");
    boolean generated =
        !prefix.isEmpty() && working.ensureObject("metadata").string("name").isEmpty();
    for (int attempt = 1; ; attempt++) {
      JsonObject candidate = generated ? working.deepCopy() : working;
      JsonObject metadata = candidate.ensureObject("metadata");
      fillSystemFields(write.scope(), metadata);
      if (generated) {
        metadata.put("name", names.generate(prefix));
      }
      try {
        before.creation(write, candidate);
        admission.validate(write, candidate, null);
        return store(write, candidate, true);
      } catch (ApiException problem) {
        if (!generated || !problem.is(StatusReason.ALREADY_EXISTS) || attempt >= NAME_ATTEMPTS) {
          throw problem;
        }
      }
    }
  }

  /** {@code fresh}: by POST, where the object must not have a resource version. */
  private Written store(Write write, JsonObject working, boolean fresh) {
    RequestScope scope = write.scope();
    JsonObject metadata = working.ensureObject("metadata");
    String name = metadata.string("name");
    Bytes key = Bytes.utf8(scope.key(name));
    if (fresh && !write.options().dryRun() && !Preconditions.asked(metadata).isEmpty()) {
      throw ApiException.unclassified("resourceVersion should not be set on objects to be created");
    }
    Strategy.Allocation allocation = write.strategy().allocate(write.context(), working, null);
    boolean stored = false;
    try {
      if (write.options().dryRun()) {
        KeyValue present = store.get(key);
        if (present != null) {
          throw exists(scope, metadata, present);
        }
        return new Written(working, true);
      }
      if (!fresh) {
        metadata.remove("resourceVersion");
      }
      CasResult result = store.create(key, encode(scope, working), leases.lease(scope));
      if (!result.succeeded()) {
        throw exists(scope, metadata, store.get(key));
      }
      stored = true;
      setRevision(working, result.revision());
      return new Written(working, true);
    } finally {
      if (stored) {
        allocation.confirm();
      } else {
        allocation.undo();
      }
    }
  }

  private ApiException exists(RequestScope scope, JsonObject metadata, @Nullable KeyValue present) {
    String name = metadata.string("name");
    ApiException problem =
        metadata.string("generateName").isEmpty()
            ? ApiException.alreadyExists(scope.groupResource(), name)
            : ApiException.generateNameConflict(scope.groupResource(), name, 1);
    if (present == null) {
      return problem;
    }
    JsonObject stored =
        forms.of(scope.definition()).tree(present.value().array(), present.modRevision());
    if (!stored.objectOrEmpty("metadata").has("deletionTimestamp")) {
      return problem;
    }
    JsonObject status = problem.status().deepCopy();
    status.put("message", "object is being deleted: " + status.string("message"));
    return new ApiException(status);
  }

  private static void fillSystemFields(RequestScope scope, JsonObject metadata) {
    metadata.put("creationTimestamp", ObjectNames.time(scope.now()));
    metadata.put("uid", ObjectNames.uid());
  }

  // update

  /**
   * Reads, changes and writes the object {@code name}.
   *
   * @param createIfAbsent whether a missing object is created (apply)
   */
  Written update(Write write, String name, boolean createIfAbsent, Write.Change change) {
    RequestScope scope = write.scope();
    Bytes key = Bytes.utf8(scope.key(name));
    for (int attempt = 1; ; attempt++) {
      KeyValue stored = store.get(key);
      if (stored == null) {
        if (!createIfAbsent && !write.strategy().allowCreateOnUpdate()) {
          throw ApiException.notFound(scope.groupResource(), name);
        }
        Preconditions.checkUid(write, name, "");
        try {
          return createByUpdate(write, name, change.of(null));
        } catch (ApiException problem) {
          if (!problem.is(StatusReason.ALREADY_EXISTS) || attempt >= ATTEMPTS) {
            throw problem;
          }
        }
      } else {
        Written written = updateStored(write, name, stored, change);
        if (written != null) {
          return written;
        }
        if (attempt >= ATTEMPTS) {
          throw Preconditions.modified(scope, name);
        }
      }
      Contention.pause(attempt);
    }
  }

  private Written createByUpdate(Write write, String name, JsonObject object) {
    RequestScope scope = write.scope();
    JsonObject working = inWorkingVersion(scope, track(write, null, object));
    working = admission.mutated(write, working, null);
    JsonObject metadata = working.ensureObject("metadata");
    Preconditions.asked(metadata);
    fillSystemFields(scope, metadata);
    before.creation(write, working);
    admission.authorizeCreation(write, name);
    admission.validate(write, working, null);
    return store(write, working, false);
  }

  /** {@code null} if the object changed meanwhile. */
  private @Nullable Written updateStored(
      Write write, String name, KeyValue stored, Write.Change change) {
    RequestScope scope = write.scope();
    JsonObject inStorage =
        forms.of(scope.definition()).tree(stored.value().array(), stored.modRevision());
    ServedVersion storageVersion = scope.definition().storageVersion();
    JsonObject old =
        Responder.convert(inStorage, scope.definition(), storageVersion, scope.working());
    Preconditions.checkUid(write, name, old.objectOrEmpty("metadata").string("uid"));
    JsonObject current =
        Responder.convert(
            inStorage.deepCopy(), scope.definition(), storageVersion, scope.requested());
    JsonObject live = current.deepCopy();
    JsonObject working =
        inWorkingVersion(scope, track(write, live, Objects.requireNonNull(change.of(current))));
    working = admission.mutated(write, working, old);
    Preconditions.checkRevision(write, name, working, old);
    if (!write.raw()) {
      before.update(write, working, old);
    }
    FieldManager.keepTimesIfNothingElseChanged(working, old);
    admission.validate(write, working, old);
    if (emptiedFinalizers(write, working, old)) {
      return deleteFinalized(write, working, old, stored);
    }
    return replace(write, working, old, stored);
  }

  private @Nullable Written replace(
      Write write, JsonObject working, JsonObject old, KeyValue stored) {
    RequestScope scope = write.scope();
    Strategy.Allocation allocation =
        write.raw()
            ? Strategy.Allocation.NONE
            : write.strategy().allocate(write.context(), working, old);
    boolean done = false;
    try {
      if (working.equals(old)) {
        done = true;
        setRevision(working, stored.modRevision());
        return new Written(working, false);
      }
      if (write.options().dryRun()) {
        setRevision(working, stored.modRevision());
        return new Written(working, false);
      }
      CasResult result =
          store.putIf(
              stored.key(),
              stored.modRevision(),
              encode(scope, working),
              leases.leaseOnUpdate(scope, stored));
      if (!result.succeeded()) {
        return null;
      }
      done = true;
      setRevision(working, result.revision());
      return new Written(working, false);
    } finally {
      if (done) {
        allocation.confirm();
      } else {
        allocation.undo();
      }
    }
  }

  private static boolean emptiedFinalizers(Write write, JsonObject working, JsonObject old) {
    JsonObject metadata = working.objectOrEmpty("metadata");
    JsonObject oldMetadata = old.objectOrEmpty("metadata");
    if (!oldMetadata.has("deletionTimestamp") || !metadata.strings("finalizers").isEmpty()) {
      return false;
    }
    Long grace = oldMetadata.integerOrNull("deletionGracePeriodSeconds");
    return (grace == null || grace == 0)
        && !write.scope().definition().strategy().heldFromDeletion(working);
  }

  private @Nullable Written deleteFinalized(
      Write write, JsonObject working, JsonObject old, KeyValue stored) {
    if (!write.options().dryRun()) {
      CasResult result = store.deleteIf(stored.key(), stored.modRevision());
      if (!result.succeeded()) {
        return null;
      }
      write.strategy().afterDelete(write.context(), old);
    }
    setRevision(working, stored.modRevision());
    return new Written(working, false);
  }

  // shared

  /** Both in the requested version. */
  private JsonObject track(Write write, @Nullable JsonObject live, JsonObject object) {
    RequestScope scope = write.scope();
    return write.tracked()
        ? codec.trackUpdate(live, object, scope.definition(), scope.requested(), write.manager())
        : object;
  }

  private static JsonObject inWorkingVersion(RequestScope scope, JsonObject object) {
    return Responder.convert(object, scope.definition(), scope.requested(), scope.working());
  }

  private static Bytes encode(RequestScope scope, JsonObject working) {
    JsonObject inStorage =
        Responder.convert(
            working, scope.definition(), scope.working(), scope.definition().storageVersion());
    return Bytes.wrap(StoredForm.encode(inStorage));
  }

  private static void setRevision(JsonObject object, long revision) {
    object.ensureObject("metadata").put("resourceVersion", Long.toString(revision));
  }
}
