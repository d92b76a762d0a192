package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is particular to one kind: a few functions on JSON trees. The engine calls them in this
 * order; every one may be left as it is.
 *
 * <pre>
 * create   applyDefaults → [mutating admission] → prepareForCreate → [metadata] → validateCreate
 *          → warningsOnCreate → canonicalize → [validating admission] → allocate → [store]
 * update   applyDefaults → [mutating admission] → prepareForUpdate → [metadata] → validateUpdate
 *          → warningsOnUpdate → canonicalize → [validating admission] → allocate → [store]
 * </pre>
 *
 * <p>The engine itself does what is common to all kinds: it decodes, prunes and converts, fills
 * {@code uid}, {@code creationTimestamp}, generated names and {@code generation}, keeps what no
 * client may change in metadata, validates ObjectMeta by {@link ObjectMetaRules} (so a strategy
 * does not), and calls the strategy of a subresource for what is written through it.
 *
 * <p>Trees are in the working version ({@link ResourceDefinition#workingVersion}), only {@link
 * #applyDefaults} sees the client's own. {@code old} must never be changed.
 */
public interface Strategy {

  /** Nothing particular: validated by its schema alone. */
  Strategy SCHEMA_ONLY = new Strategy() {};

  /** Fills in what the client left out; also called on objects read from the store. */
  default void applyDefaults(JsonObject object) {}

  /** Clears what a client may not set on creation, such as {@code status}. */
  default void prepareForCreate(StrategyContext context, JsonObject object) {}

  /** Whether the object is what it should be at all; else nothing more is looked at. */
  default void validateType(JsonObject object, ErrorList errors) {}

  default void validateCreate(StrategyContext context, JsonObject object, ErrorList errors) {}

  default List<String> warningsOnCreate(StrategyContext context, JsonObject object) {
    return List.of();
  }

  /** Brings a valid object into its one normal form. */
  default void canonicalize(JsonObject object) {}

  /** Keeps what a client may not change here (status, or all but status) as it was. */
  default void prepareForUpdate(StrategyContext context, JsonObject object, JsonObject old) {}

  default void validateUpdate(
      StrategyContext context, JsonObject object, JsonObject old, ErrorList errors) {}

  default List<String> warningsOnUpdate(
      StrategyContext context, JsonObject object, JsonObject old) {
    return List.of();
  }

  /** Whether PUT (and apply) on a name that is not there creates it. */
  default boolean allowCreateOnUpdate() {
    return false;
  }

  /** Whether PUT without a resourceVersion overwrites. */
  default boolean allowUnconditionalUpdate() {
    return true;
  }

  /**
   * Whether {@code metadata.generation} counts changes of everything but metadata and status, and
   * starts with 1. Strategies whose generation follows other rules say false and count in
   * prepareForUpdate.
   */
  default boolean countsGeneration() {
    return false;
  }

  /** What a name must look like. */
  default ObjectMetaRules.NameRule nameRule() {
    return ObjectMetaRules.NameRule.DNS_SUBDOMAIN;
  }

  /** How this kind's validation looks at the metadata of a new object. */
  default List<MetadataCheck> metadataOnCreate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE);
  }

  /** How this kind's validation looks at the metadata of a changed object, in this order. */
  default List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.UPDATE);
  }

  /** Paths that a write through here resets, hence never owned: {@code [["status"]]}. */
  default List<List<String>> resetFields() {
    return List.of();
  }

  /** Whether a valid object has to be brought into normal form once more: members are missing. */
  default boolean leavesGaps() {
    return false;
  }

  /** The strategy for writes through a subresource of the object; {@code null} for none. */
  default @Nullable Strategy subresource(String name) {
    return null;
  }

  // deletion

  /** How dependents fare when the client does not say: BACKGROUND, or ORPHAN as for old kinds. */
  default Propagation defaultPropagation() {
    return Propagation.BACKGROUND;
  }

  /** What a client that leaves the dependents to us should know. */
  default List<String> warningsOnDefaultPropagation() {
    return List.of();
  }

  /** What happens to dependents of a deleted object. */
  enum Propagation {
    BACKGROUND,
    ORPHAN
  }

  /**
   * The seconds of grace between the deletion request and the object's end; {@code null} if the
   * kind has no graceful deletion. {@code asked} is what the client wants, {@code null} for the
   * object's own wish.
   */
  default @Nullable Long gracePeriodSeconds(
      StrategyContext context, JsonObject object, @Nullable Long asked) {
    return null;
  }

  /**
   * Whether the object stays (with a deletionTimestamp) though no finalizer of its metadata holds
   * it: a Namespace has finalizers in its spec.
   */
  default boolean heldFromDeletion(JsonObject object) {
    return false;
  }

  /** Changes an object that has just got its deletionTimestamp: a Namespace's phase. */
  default void markedForDeletion(JsonObject object) {}

  /** Whether the object's deletion is under way and asking for it again changes nothing. */
  default boolean awaitsDeletion(JsonObject object) {
    return false;
  }

  /** May refuse a deletion by throwing {@code ApiException}. */
  default void checkDelete(StrategyContext context, JsonObject object) {}

  // what a kind claims outside of its own object: a Service's addresses and ports

  /**
   * Claims what the object needs, filling it into the object, after all validation; {@code old} is
   * {@code null} on creation. The result is undone if the write fails, else confirmed.
   */
  default Allocation allocate(
      StrategyContext context, JsonObject object, @Nullable JsonObject old) {
    return Allocation.NONE;
  }

  /** Called once the object is gone from the store. */
  default void afterDelete(StrategyContext context, JsonObject object) {}

  /** What {@link #allocate} claimed. */
  interface Allocation {
    Allocation NONE =
        new Allocation() {
          @Override
          public void confirm() {}

          @Override
          public void undo() {}
        };

    /** The write succeeded: frees what the old object had and the new one has not. */
    void confirm();

    /** The write failed: gives back what was claimed. */
    void undo();
  }
}
