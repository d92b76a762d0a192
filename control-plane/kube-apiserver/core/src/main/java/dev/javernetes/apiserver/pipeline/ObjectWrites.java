package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.access.Admission;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.watchcache.StoredForm;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.CasResult;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Store;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Creates and updates objects. A write is decided on trees in the working version and applied by
 * one compare-and-swap on the store; a loser of a race that did not insist on a resource version
 * starts over with what it finds then.
 */
final class ObjectWrites {
  private static final int ATTEMPTS = 100;
  private static final int NAME_ATTEMPTS = 8;

  /**
   * What a write does.
   *
   * @param subresource {@code ""} for the object itself
   * @param kindOfSubresource what admission is told the object is
   */
  record Write(
      RequestScope scope,
      String subresource,
      WriteOptions options,
      boolean admitted,
      boolean tracked,
      boolean raw,
      boolean patch,
      @Nullable String uid) {
    static Write of(RequestScope scope, String subresource, WriteOptions options) {
      return new Write(scope, subresource, options, true, true, false, false, null);
    }

    /** managedFields are given already: by server-side apply. */
    Write untracked() {
      return new Write(scope, subresource, options, admitted, false, raw, patch, uid);
    }

    /** The server's own write: admission is not asked. */
    Write unadmitted() {
      return new Write(scope, subresource, options, false, tracked, raw, patch, uid);
    }

    /** Made from the present object by a patch, so that its uid is no precondition. */
    Write asPatch() {
      return new Write(scope, subresource, options, admitted, tracked, raw, true, uid);
    }

    /** The engine's own change: neither admission nor strategy is asked. */
    Write rawly() {
      return new Write(scope, subresource, options, false, false, true, patch, uid);
    }

    /** Refused with a conflict unless the object has this uid. */
    Write onlyUid(String required) {
      return new Write(scope, subresource, options, admitted, tracked, raw, patch, required);
    }

    Strategy strategy() {
      return scope.strategy(subresource);
    }

    StrategyContext context() {
      return scope.context(subresource, options.dryRun());
    }
  }

  /** What a write led to: the object in the working version, with its resource version. */
  record Written(JsonObject object, boolean created) {}

  private final Store store;
  private final StoredForms forms;
  private final ObjectCodec codec;
  private final Admission admission;
  private final Leases leases;
  private final ObjectNames names;

  ObjectWrites(
      Store store,
      StoredForms forms,
      ObjectCodec codec,
      Admission admission,
      Leases leases,
      ObjectNames names) {
    this.store = store;
    this.forms = forms;
    this.codec = codec;
    this.admission = admission;
    this.leases = leases;
    this.names = names;
  }

  // creation

  /** {@code object} is in the requested version, as decoded. */
  Written create(Write write, JsonObject object) {
    RequestScope scope = write.scope;
    Strategy strategy = write.strategy();
    strategy.applyDefaults(object);
    JsonObject tracked = track(write, null, object);
    JsonObject working =
        Responder.convert(tracked, scope.definition(), scope.requested(), scope.working());
    matchNamespace(scope, working);
    JsonObject metadata = working.ensureObject("metadata");
    if (!write.options.dryRun() && !metadata.string("resourceVersion").isEmpty()) {
      throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
    }
    OwnerReferences.dropDuplicates(working, scope::warn, false);
    fillSystemFields(scope, metadata);
    AdmissionRequest attributes = attributes(write, Operation.CREATE, working, null);
    if (write.admitted) {
      admission.mutate(attributes);
      working = attributes.requireObject();
      OwnerReferences.dropDuplicates(working, scope::warn, true);
    }
    return generateNameAndCreate(write, working, attributes);
  }

  private Written generateNameAndCreate(
      Write write, JsonObject working, AdmissionRequest attributes) {
    String prefix = working.ensureObject("metadata").string("generateName");
    boolean generated =
        !prefix.isEmpty() && working.ensureObject("metadata").string("name").isEmpty();
    for (int attempt = 1; ; attempt++) {
      JsonObject candidate = generated ? working.deepCopy() : working;
      if (generated) {
        candidate.ensureObject("metadata").put("name", names.generate(prefix));
      }
      try {
        return createNamed(write, candidate, attributes);
      } catch (ApiException problem) {
        if (!generated || !problem.is(StatusReason.ALREADY_EXISTS) || attempt >= NAME_ATTEMPTS) {
          throw problem;
        }
      }
    }
  }

  private Written createNamed(Write write, JsonObject working, AdmissionRequest attributes) {
    RequestScope scope = write.scope;
    validateNew(write, working);
    validateByAdmission(write, attributes, working);
    Strategy.Allocation allocation = write.strategy().allocate(write.context(), working, null);
    boolean stored = false;
    try {
      String name = working.objectOrEmpty("metadata").string("name");
      Bytes key = Bytes.utf8(scope.key(name));
      if (write.options.dryRun()) {
        if (store.get(key) != null) {
          throw ApiException.alreadyExists(scope.groupResource(), name);
        }
        return new Written(working, true);
      }
      CasResult result = store.create(key, encode(scope, working), leases.lease(scope));
      if (!result.succeeded()) {
        throw ApiException.alreadyExists(scope.groupResource(), name);
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

  private void validateNew(Write write, JsonObject working) {
    RequestScope scope = write.scope;
    Strategy strategy = write.strategy();
    StrategyContext context = write.context();
    JsonObject metadata = working.ensureObject("metadata");
    if (scope.definition().namespaced() && metadata.string("namespace").isEmpty()) {
      metadata.put("namespace", scope.namespace());
    }
    metadata.remove("generation");
    if (strategy.countsGeneration()) {
      metadata.put("generation", 1L);
    }
    strategy.prepareForCreate(context, working);
    ErrorList errors = new ErrorList();
    strategy.validateType(working, errors);
    refuse(write, working, errors);
    ObjectMetaRules.validate(
        metadata,
        scope.definition().namespaced(),
        strategy.nameRule(),
        FieldPath.of("metadata"),
        errors);
    if (strategy.checksFinalizerNames()) {
      ObjectMetaRules.validateFinalizerNames(metadata, FieldPath.of("metadata"), errors);
    }
    strategy.validateCreate(context, working, errors);
    refuse(write, working, errors);
    ObjectMetaRules.validate(
        metadata,
        scope.definition().namespaced(),
        ObjectMetaRules.NameRule.PATH_SEGMENT,
        FieldPath.of("metadata"),
        errors);
    refuse(write, working, errors);
    strategy.warningsOnCreate(context, working).forEach(scope::warn);
    strategy.canonicalize(working);
    normalise(write, working);
  }

  private static void fillSystemFields(RequestScope scope, JsonObject metadata) {
    metadata.remove("deletionTimestamp");
    metadata.remove("deletionGracePeriodSeconds");
    metadata.remove("selfLink");
    metadata.put("creationTimestamp", ObjectNames.time(scope.now()));
    metadata.put("uid", ObjectNames.uid());
  }

  // update

  /**
   * Reads, changes and writes the object {@code name}.
   *
   * @param change gives the new object, in the requested version, from the present one (in the
   *     requested version too, {@code null} if there is none); may be called several times
   * @param createIfAbsent whether a missing object is created (apply)
   */
  Written update(
      Write write,
      String name,
      boolean createIfAbsent,
      UnaryOperator<@Nullable JsonObject> change) {
    RequestScope scope = write.scope;
    Bytes key = Bytes.utf8(scope.key(name));
    for (int attempt = 1; ; attempt++) {
      KeyValue stored = store.get(key);
      if (stored == null) {
        if (!createIfAbsent && !write.strategy().allowCreateOnUpdate()) {
          throw ApiException.notFound(scope.groupResource(), name);
        }
        JsonObject created = change.apply(null);
        if (created == null) {
          throw ApiException.notFound(scope.groupResource(), name);
        }
        try {
          return createByUpdate(write, name, created);
        } catch (ApiException problem) {
          if (problem.is(StatusReason.ALREADY_EXISTS) && attempt < ATTEMPTS) {
            continue;
          }
          throw problem;
        }
      }
      Written written = updateStored(write, name, stored, change);
      if (written != null) {
        return written;
      }
      if (attempt >= ATTEMPTS) {
        throw modified(scope, name);
      }
      Contention.pause(attempt);
    }
  }

  private Written createByUpdate(Write write, String name, JsonObject object) {
    RequestScope scope = write.scope;
    JsonObject tracked = track(write, null, object);
    JsonObject working =
        Responder.convert(tracked, scope.definition(), scope.requested(), scope.working());
    JsonObject metadata = working.ensureObject("metadata");
    if (!metadata.string("uid").isEmpty()) {
      throw ApiException.conflict(
          scope.groupResource(),
          name,
          "Precondition failed: UID in precondition: "
              + metadata.string("uid")
              + ", UID in object meta: ");
    }
    if (!metadata.string("resourceVersion").isEmpty()
        && !metadata.string("resourceVersion").equals("0")) {
      metadata.remove("resourceVersion");
    }
    AdmissionRequest attributes = attributes(write, Operation.CREATE, working, null);
    if (write.admitted) {
      admission.mutate(attributes);
      working = attributes.requireObject();
    }
    fillSystemFields(scope, working.ensureObject("metadata"));
    return createNamed(write, working, attributes);
  }

  /** {@code null} if the object changed meanwhile. */
  private @Nullable Written updateStored(
      Write write, String name, KeyValue stored, UnaryOperator<@Nullable JsonObject> change) {
    RequestScope scope = write.scope;
    JsonObject inStorage =
        forms.of(scope.definition()).tree(stored.value().array(), stored.modRevision());
    ServedVersion storageVersion = scope.definition().storageVersion();
    JsonObject old =
        Responder.convert(inStorage, scope.definition(), storageVersion, scope.working());
    checkUid(write, name, old);
    JsonObject current =
        Responder.convert(
            inStorage.deepCopy(), scope.definition(), storageVersion, scope.requested());
    JsonObject live = current.deepCopy();
    JsonObject changed = track(write, live, Objects.requireNonNull(change.apply(current)));
    JsonObject working =
        Responder.convert(changed, scope.definition(), scope.requested(), scope.working());
    if (write.tracked && !write.patch) {
      checkBodyUid(scope, name, working, old);
    }
    AdmissionRequest attributes = attributes(write, Operation.UPDATE, working, old);
    if (write.admitted) {
      admission.mutate(attributes);
      working = attributes.requireObject();
      OwnerReferences.dropDuplicates(working, scope::warn, true);
    }
    boolean insists = checkRevision(write, name, working, old);
    if (!write.raw) {
      validateChanged(write, working, old);
    }
    keepManagedTimes(working, old);
    validateByAdmission(write, attributes, working);
    if (emptiedFinalizers(write, working, old)) {
      return deleteFinalized(write, working, old, stored);
    }
    Strategy.Allocation allocation =
        write.raw
            ? Strategy.Allocation.NONE
            : write.strategy().allocate(write.context(), working, old);
    boolean done = false;
    try {
      if (working.equals(old)) {
        done = true;
        setRevision(working, stored.modRevision());
        return new Written(working, false);
      }
      if (write.options.dryRun()) {
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
        // A patched object carries the revision that the patch was made on, not one that the client
        // asked for.
        if (insists && !write.patch) {
          throw modified(scope, name);
        }
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

  private static void checkUid(Write write, String name, JsonObject old) {
    String present = old.objectOrEmpty("metadata").string("uid");
    if (write.uid != null && !write.uid.equals(present)) {
      throw uidConflict(write.scope, name, write.uid, present);
    }
  }

  private static void checkBodyUid(
      RequestScope scope, String name, JsonObject changed, JsonObject old) {
    String asked = changed.ensureObject("metadata").string("uid");
    String present = old.objectOrEmpty("metadata").string("uid");
    if (!asked.isEmpty() && !asked.equals(present)) {
      throw uidConflict(scope, name, asked, present);
    }
  }

  static ApiException uidConflict(RequestScope scope, String name, String asked, String present) {
    return ApiException.conflict(
        scope.groupResource(),
        name,
        "StorageError: invalid object, Code: 4, Key: "
            + scope.key(name)
            + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "
            + asked
            + ", UID in object meta: "
            + present);
  }

  /** Whether the client insists on a revision; without one, the present one is filled in. */
  private static boolean checkRevision(
      Write write, String name, JsonObject working, JsonObject old) {
    RequestScope scope = write.scope;
    JsonObject metadata = working.ensureObject("metadata");
    String asked = metadata.string("resourceVersion");
    String present = old.objectOrEmpty("metadata").string("resourceVersion");
    if (asked.isEmpty() || asked.equals("0")) {
      if (!write.strategy().allowUnconditionalUpdate()) {
        ErrorList errors = new ErrorList();
        errors.invalid(
            FieldPath.of("metadata", "resourceVersion"), 0L, "must be specified for an update");
        throw ApiException.invalid(
            scope.groupResource().group(), scope.groupResource().resource(), name, errors);
      }
      metadata.put("resourceVersion", present);
      return false;
    }
    if (!asked.chars().allMatch(c -> c >= '0' && c <= '9')) {
      ErrorList errors = new ErrorList();
      errors.invalid(
          FieldPath.of("metadata", "resourceVersion"),
          asked,
          "strconv.ParseUint: parsing \"" + asked + "\": invalid syntax");
      throw new ApiException(
          ApiException.status(StatusReason.UNKNOWN, errors.asList().getFirst().toString(), null));
    }
    if (!asked.equals(present)) {
      throw modified(scope, name);
    }
    return true;
  }

  static ApiException modified(RequestScope scope, String name) {
    return ApiException.conflict(
        scope.groupResource(),
        name,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  private void validateChanged(Write write, JsonObject working, JsonObject old) {
    RequestScope scope = write.scope;
    Strategy strategy = write.strategy();
    StrategyContext context = write.context();
    JsonObject metadata = working.ensureObject("metadata");
    JsonObject oldMetadata = old.objectOrEmpty("metadata");
    matchNamespace(scope, working);
    keep(metadata, oldMetadata, "generation");
    strategy.prepareForUpdate(context, working, old);
    metadata = working.ensureObject("metadata");
    if (strategy.countsGeneration() && Generations.changed(working, old)) {
      metadata.put("generation", oldMetadata.integer("generation") + 1);
    }
    if (metadata.string("uid").isEmpty()) {
      keep(metadata, oldMetadata, "uid");
    }
    keep(metadata, oldMetadata, "creationTimestamp");
    if (oldMetadata.has("deletionTimestamp")) {
      keep(metadata, oldMetadata, "deletionTimestamp");
    }
    if (oldMetadata.has("deletionGracePeriodSeconds")
        && !metadata.has("deletionGracePeriodSeconds")) {
      keep(metadata, oldMetadata, "deletionGracePeriodSeconds");
    }
    ErrorList errors = new ErrorList();
    strategy.validateType(working, errors);
    refuse(write, working, errors);
    ObjectMetaRules.validateUpdate(metadata, oldMetadata, FieldPath.of("metadata"), errors);
    if (!errors.isEmpty()) {
      // upstream's strategies look once more, and a client sees each cause twice
      ObjectMetaRules.validateUpdate(metadata, oldMetadata, FieldPath.of("metadata"), errors);
    }
    strategy.validateUpdate(context, working, old, errors);
    refuse(write, working, errors);
    strategy.warningsOnUpdate(context, working, old).forEach(scope::warn);
    strategy.canonicalize(working);
    normalise(write, working);
  }

  /** What a strategy took away whole comes back as Go writes its zero value. */
  private void normalise(Write write, JsonObject working) {
    boolean statusGone =
        !write.scope.definition().custom()
            && !working.containsKey("status")
            && write.scope.working().schema().property("status") != null;
    if (statusGone || write.strategy().leavesGaps()) {
      JsonObject normal = codec.normalOrSame(working, write.scope.working());
      if (normal != working) {
        working.clear();
        working.putAll(normal);
      }
    }
    codec.asStored(working, write.scope.working());
  }

  private static void keep(JsonObject metadata, JsonObject old, String name) {
    if (old.has(name)) {
      metadata.put(name, old.get(name));
    } else {
      metadata.remove(name);
    }
  }

  private static void refuse(Write write, JsonObject working, ErrorList errors) {
    if (!errors.isEmpty()) {
      ServedVersion version = write.scope.working();
      throw ApiException.invalid(
          version.kind().group(),
          write.scope.definition().custom() ? working.string("kind") : version.kind().kind(),
          working.objectOrEmpty("metadata").string("name"),
          errors);
    }
  }

  /** A change of nothing but the times in managedFields is no change. */
  private static void keepManagedTimes(JsonObject working, JsonObject old) {
    JsonObject metadata = working.ensureObject("metadata");
    Object before = old.objectOrEmpty("metadata").get("managedFields");
    Object after = metadata.get("managedFields");
    if (before == null || after == null || before.equals(after)) {
      return;
    }
    if (withoutTimes(before).equals(withoutTimes(after))) {
      JsonObject candidate = new JsonObject(working);
      JsonObject candidateMetadata = new JsonObject(metadata);
      candidateMetadata.put("managedFields", before);
      candidate.put("metadata", candidateMetadata);
      if (candidate.equals(old)) {
        metadata.put("managedFields", Json.deepCopy(before));
      }
    }
  }

  private static Object withoutTimes(Object managedFields) {
    Object copy = Objects.requireNonNull(Json.deepCopy(managedFields));
    if (copy instanceof List<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof JsonObject object) {
          object.remove("time");
        }
      }
    }
    return copy;
  }

  private static boolean emptiedFinalizers(Write write, JsonObject working, JsonObject old) {
    JsonObject metadata = working.objectOrEmpty("metadata");
    JsonObject oldMetadata = old.objectOrEmpty("metadata");
    if (!oldMetadata.has("deletionTimestamp") || !metadata.strings("finalizers").isEmpty()) {
      return false;
    }
    Long grace = oldMetadata.integerOrNull("deletionGracePeriodSeconds");
    return (grace == null || grace == 0)
        && !write.scope.definition().strategy().heldFromDeletion(working);
  }

  private @Nullable Written deleteFinalized(
      Write write, JsonObject working, JsonObject old, KeyValue stored) {
    if (!write.options.dryRun()) {
      CasResult result = store.deleteIf(stored.key(), stored.modRevision());
      if (!result.succeeded()) {
        return null;
      }
      write.strategy().afterDelete(write.context(), old);
    }
    return new Written(working, false);
  }

  // shared

  private void validateByAdmission(Write write, AdmissionRequest former, JsonObject working) {
    if (write.admitted) {
      AdmissionRequest attributes =
          attributes(write, former.operation(), working, former.oldObject());
      admission.validate(attributes);
    }
  }

  private static AdmissionRequest attributes(
      Write write, Operation operation, JsonObject object, @Nullable JsonObject old) {
    RequestScope scope = write.scope;
    ServedVersion version = scope.working();
    String name = object.objectOrEmpty("metadata").string("name");
    boolean isNamespace =
        scope.definition().groupResource().group().isEmpty()
            && scope.definition().groupResource().resource().equals("namespaces");
    return new AdmissionRequest(
        operation,
        scope.definition(),
        scope.requested().resource(),
        version.kind(),
        write.subresource,
        isNamespace ? name : scope.namespace(),
        name,
        object,
        old,
        write.options.tree(),
        write.options.dryRun(),
        scope.user(),
        scope::warn);
  }

  /** Both in the requested version. */
  private JsonObject track(Write write, @Nullable JsonObject live, JsonObject working) {
    return write.tracked
        ? codec.trackUpdate(
            live, working, write.scope.definition(), write.scope.requested(), manager(write))
        : working;
  }

  /** Who writes, for managedFields. */
  static ObjectCodec.Manager manager(Write write) {
    return new ObjectCodec.Manager(
        write.options.fieldManager(),
        write.subresource,
        write.strategy().resetFields(),
        write.scope.now());
  }

  static void matchNamespace(RequestScope scope, JsonObject object) {
    JsonObject metadata = object.ensureObject("metadata");
    String given = metadata.string("namespace");
    String wanted = scope.namespace();
    if (given.isEmpty()) {
      if (!wanted.isEmpty()) {
        metadata.put("namespace", wanted);
      }
    } else if (!given.equals(wanted)) {
      if (scope.definition().namespaced()) {
        throw ApiException.badRequest(
            "the namespace of the provided object does not match the namespace sent on the"
                + " request");
      }
      metadata.remove("namespace");
    }
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
