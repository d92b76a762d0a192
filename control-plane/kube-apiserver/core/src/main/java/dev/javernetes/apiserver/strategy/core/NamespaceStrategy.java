package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Name spaces. A finalizer in the specification holds them until their content is gone. */
public final class NamespaceStrategy implements Strategy {
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";
  private static final Set<String> STANDARD_FINALIZERS =
      Set.of("kubernetes", "orphan", "foregroundDeletion");

  @Override
  public void applyDefaults(JsonObject namespace) {
    JsonObject metadata = namespace.ensureObject("metadata");
    if (!metadata.string("name").isEmpty()) {
      metadata.ensureObject("labels").put(NAME_LABEL, metadata.get("name"));
    }
    FieldRules.defaultTo(namespace.ensureObject("status"), "phase", "Active");
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject namespace) {
    namespace.put("status", JsonObject.of("phase", "Active"));
    JsonObject spec = namespace.ensureObject("spec");
    if (!spec.strings("finalizers").contains("kubernetes")) {
      spec.ensureArray("finalizers").add("kubernetes");
    }
  }

  /** A generated name has become known. */
  @Override
  public void canonicalize(JsonObject namespace) {
    JsonObject metadata = namespace.ensureObject("metadata");
    if (!metadata.objectOrEmpty("labels").has(NAME_LABEL)) {
      metadata.ensureObject("labels").put(NAME_LABEL, metadata.get("name"));
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject namespace, ErrorList errors) {
    finalizers(namespace, false, errors);
  }

  private static void finalizers(JsonObject namespace, boolean indexed, ErrorList errors) {
    List<String> finalizers = namespace.objectOrEmpty("spec").strings("finalizers");
    FieldPath path = FieldPath.of("spec", "finalizers");
    for (int i = 0; i < finalizers.size(); i++) {
      FieldPath at = indexed ? path.index(i) : path;
      String name = finalizers.get(i);
      FieldRules.invalid(NameFormats.qualifiedName(name), at, name, errors);
      if (name.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(name)) {
        errors.invalid(
            at, name, "name is neither a standard finalizer name nor is it fully qualified");
      }
    }
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject namespace, JsonObject old) {
    JsonObject spec = namespace.ensureObject("spec");
    CoreTrees.copy("finalizers", old.objectOrEmpty("spec"), spec);
    CoreTrees.keepStatus(namespace, old);
  }

  @Override
  public ObjectMetaRules.NameRule nameRule() {
    return ObjectMetaRules.NameRule.DNS_LABEL;
  }

  @Override
  public void markedForDeletion(JsonObject namespace) {
    namespace.ensureObject("status").put("phase", "Terminating");
    // a namespace goes when its content has gone, not after a time
    namespace.ensureObject("metadata").remove("deletionGracePeriodSeconds");
  }

  @Override
  public boolean awaitsDeletion(JsonObject namespace) {
    return namespace.objectOrEmpty("metadata").has("deletionTimestamp")
        && heldFromDeletion(namespace);
  }

  @Override
  public boolean heldFromDeletion(JsonObject namespace) {
    return !namespace.objectOrEmpty("spec").strings("finalizers").isEmpty();
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return switch (name) {
      case "status" ->
          new StatusStrategy(
              this::applyDefaults,
              List.of(),
              (namespace, old, errors) -> checkPhase(namespace, errors));
      case "finalize" -> new Finalize();
      default -> null;
    };
  }

  private static void checkPhase(JsonObject namespace, ErrorList errors) {
    boolean deleted = namespace.objectOrEmpty("metadata").has("deletionTimestamp");
    String phase = namespace.objectOrEmpty("status").string("phase");
    FieldPath path = FieldPath.of("status", "Phase");
    if (!deleted && !phase.equals("Active")) {
      errors.invalid(path, phase, "may only be 'Active' if `deletionTimestamp` is empty");
    }
    if (deleted && !phase.equals("Terminating")) {
      errors.invalid(path, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
    }
  }

  private final class Finalize implements Strategy {
    @Override
    public void applyDefaults(JsonObject namespace) {
      NamespaceStrategy.this.applyDefaults(namespace);
    }

    @Override
    public void prepareForUpdate(StrategyContext context, JsonObject namespace, JsonObject old) {
      CoreTrees.keepStatus(namespace, old);
    }

    @Override
    public void validateUpdate(
        StrategyContext context, JsonObject namespace, JsonObject old, ErrorList errors) {
      finalizers(namespace, true, errors);
    }

    @Override
    public List<List<String>> resetFields() {
      return List.of(List.of("status"));
    }
  }
}
