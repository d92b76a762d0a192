package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a write does.
 *
 * @param subresource {@code ""} for the object itself
 * @param admitted whether admission, and for a creation by PUT or apply the authorizer, is asked
 * @param tracked whether managedFields are still to be computed
 * @param raw whether the strategy is passed by
 * @param uid what the object's uid must be; {@code ""} for any
 * @param view what admission sees in place of the object; {@code null} for the object itself
 */
record Write(
    RequestScope scope,
    String subresource,
    WriteOptions options,
    boolean admitted,
    boolean tracked,
    boolean raw,
    String uid,
    @Nullable View view) {

  /** Another kind that stands for the object: a Scale for a Deployment. */
  record View(GroupVersionKind kind, UnaryOperator<JsonObject> of) {}

  static Write of(RequestScope scope, String subresource, WriteOptions options) {
    return new Write(scope, subresource, options, true, true, false, "", null);
  }

  /** managedFields are given already: by server-side apply, or by the scale subresource. */
  Write untracked() {
    return new Write(scope, subresource, options, admitted, false, raw, uid, view);
  }

  /** The server's own write: admission is not asked. */
  Write unadmitted() {
    return new Write(scope, subresource, options, false, tracked, raw, uid, view);
  }

  /** The engine's own change: neither admission nor strategy is asked. */
  Write rawly() {
    return new Write(scope, subresource, options, false, false, true, uid, view);
  }

  /** Refused with a conflict unless the object has this uid. */
  Write onlyUid(String required) {
    return new Write(scope, subresource, options, admitted, tracked, raw, required, view);
  }

  /** Admission has mutated the view already, and is to validate it. */
  Write seenAs(View other) {
    return new Write(scope, subresource, options, admitted, tracked, raw, uid, other);
  }

  Strategy strategy() {
    return scope.strategy(subresource);
  }

  StrategyContext context() {
    return scope.context(subresource, options.dryRun());
  }

  /** Who writes, for managedFields. */
  ObjectCodec.Manager manager() {
    return new ObjectCodec.Manager(
        options.fieldManager(), subresource, strategy().resetFields(), scope.now());
  }

  /** The object in the working version, with its resource version, as a write left it. */
  record Written(JsonObject object, boolean created) {}

  /**
   * Makes the new object, in the requested version, of the present one (in the requested version
   * too, {@code null} if there is none); may be called several times.
   */
  @FunctionalInterface
  interface Change {
    JsonObject of(@Nullable JsonObject present);
  }
}
