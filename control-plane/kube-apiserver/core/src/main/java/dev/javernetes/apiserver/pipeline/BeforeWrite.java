package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;

/**
 * What an object passes before it is written: its strategy prepares and checks it, and so does what
 * all kinds have in common. Changes only the object given.
 */
final class BeforeWrite {
  private static final FieldPath METADATA = FieldPath.of("metadata");

  private final ObjectCodec codec;

  BeforeWrite(ObjectCodec codec) {
    this.codec = codec;
  }

  void creation(Write write, JsonObject working) {
    RequestScope scope = write.scope();
    Strategy strategy = write.strategy();
    StrategyContext context = write.context();
    matchNamespace(scope, working);
    JsonObject metadata = working.ensureObject("metadata");
    if (strategy.countsGeneration()) {
      metadata.put("generation", 1L);
    }
    strategy.prepareForCreate(context, working);
    metadata = working.ensureObject("metadata");
    ErrorList errors = new ErrorList();
    strategy.validateType(working, errors);
    refuse(write, working, errors);
    for (MetadataCheck check : strategy.metadataOnCreate(context)) {
      check(check, write, metadata, new JsonObject(), errors);
    }
    strategy.validateCreate(context, working, errors);
    refuse(write, working, errors);
    generic(write, metadata, errors);
    refuse(write, working, errors);
    strategy.warningsOnCreate(context, working).forEach(scope::warn);
    strategy.canonicalize(working);
    normalise(write, working);
  }

  void update(Write write, JsonObject working, JsonObject old) {
    RequestScope scope = write.scope();
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
    keepOnly(metadata, oldMetadata, "creationTimestamp");
    keepOnly(metadata, oldMetadata, "deletionTimestamp");
    if (!metadata.has("deletionGracePeriodSeconds")) {
      keepOnly(metadata, oldMetadata, "deletionGracePeriodSeconds");
    }
    ErrorList errors = new ErrorList();
    strategy.validateType(working, errors);
    refuse(write, working, errors);
    generic(write, metadata, errors);
    ObjectMetaRules.validateUpdate(metadata, oldMetadata, METADATA, errors);
    for (MetadataCheck check : strategy.metadataOnUpdate(context)) {
      check(check, write, metadata, oldMetadata, errors);
    }
    strategy.validateUpdate(context, working, old, errors);
    refuse(write, working, errors);
    strategy.warningsOnUpdate(context, working, old).forEach(scope::warn);
    strategy.canonicalize(working);
    normalise(write, working);
  }

  private static void generic(Write write, JsonObject metadata, ErrorList errors) {
    ObjectMetaRules.validate(
        metadata,
        write.scope().definition().namespaced(),
        ObjectMetaRules.NameRule.PATH_SEGMENT,
        METADATA,
        errors);
  }

  private static void check(
      MetadataCheck check, Write write, JsonObject metadata, JsonObject old, ErrorList errors) {
    ObjectMetaRules.check(
        check,
        metadata,
        old,
        write.scope().definition().namespaced(),
        write.scope().definition().strategy().nameRule(),
        METADATA,
        errors);
  }

  /** What a strategy took away whole comes back as Go writes its zero value. */
  private void normalise(Write write, JsonObject working) {
    boolean statusGone =
        !write.scope().definition().custom()
            && !working.containsKey("status")
            && write.scope().working().schema().property("status") != null;
    if (statusGone || write.strategy().leavesGaps()) {
      JsonObject normal = codec.normalOrSame(working, write.scope().working());
      if (normal != working) {
        working.clear();
        working.putAll(normal);
      }
    }
    codec.asStored(working, write.scope().working());
  }

  private static void keep(JsonObject metadata, JsonObject old, String name) {
    if (old.has(name)) {
      metadata.put(name, old.get(name));
    } else {
      metadata.remove(name);
    }
  }

  /** What was not there before is left for the validation to refuse. */
  private static void keepOnly(JsonObject metadata, JsonObject old, String name) {
    if (old.has(name)) {
      metadata.put(name, old.get(name));
    }
  }

  private static void refuse(Write write, JsonObject working, ErrorList errors) {
    if (!errors.isEmpty()) {
      ServedVersion version = write.scope().working();
      throw ApiException.invalid(
          version.kind().group(),
          write.scope().definition().custom() ? working.string("kind") : version.kind().kind(),
          working.objectOrEmpty("metadata").string("name"),
          errors);
    }
  }

  /** What a client cannot set on creation. */
  static void wipeSystemFields(JsonObject metadata) {
    metadata.remove("deletionTimestamp");
    metadata.remove("deletionGracePeriodSeconds");
    metadata.remove("selfLink");
    metadata.remove("creationTimestamp");
    metadata.remove("uid");
  }

  /** Gives the object the request's namespace; 400 if it names another. */
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
}
