package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.Defaulting;
import dev.javernetes.api.schema.structural.Pruning;
import dev.javernetes.api.schema.structural.StructuralValidation;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The strategy of a custom kind: what its definition's schema says, by the object's version. */
final class CustomStrategy implements Strategy {
  private final Map<String, Schema> schemas;
  private final boolean hasStatus;
  private final StructuralValidation validation;

  /**
   * @param schemas by {@code apiVersion}
   * @param hasStatus whether the status is written through a subresource only
   */
  CustomStrategy(Map<String, Schema> schemas, boolean hasStatus, StructuralValidation validation) {
    this.schemas = Map.copyOf(schemas);
    this.hasStatus = hasStatus;
    this.validation = validation;
  }

  @Override
  public void applyDefaults(JsonObject object) {
    Schema schema = schemas.get(object.string("apiVersion"));
    if (schema != null) {
      Pruning.prune(object, schema, path -> {});
      Defaulting.fill(object, schema);
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject object) {
    if (hasStatus) {
      object.remove("status");
    }
    object.ensureObject("metadata").put("generation", 1L);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject object, ErrorList errors) {
    validate(object, errors);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    if (hasStatus) {
      copy(old, object, "status");
    }
    if (changed(object, old)) {
      object
          .ensureObject("metadata")
          .put("generation", old.objectOrEmpty("metadata").integer("generation") + 1);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject object, JsonObject old, ErrorList errors) {
    validate(object, errors);
  }

  private void validate(JsonObject object, ErrorList errors) {
    Schema schema = schemas.get(object.string("apiVersion"));
    if (schema != null) {
      validation.validate(object, schema, errors);
    }
  }

  /** Without a status subresource the status counts as well. */
  private boolean changed(JsonObject object, JsonObject old) {
    Set<String> names = new HashSet<>(object.keySet());
    names.addAll(old.keySet());
    names.removeAll(Set.of("metadata", "apiVersion", "kind"));
    if (hasStatus) {
      names.remove("status");
    }
    return names.stream().anyMatch(name -> !Objects.equals(object.get(name), old.get(name)));
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }

  @Override
  public List<List<String>> resetFields() {
    return hasStatus ? List.of(List.of("status")) : List.of();
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") && hasStatus ? new Status() : null;
  }

  private static void copy(JsonObject from, JsonObject to, String name) {
    if (from.containsKey(name)) {
      to.put(name, from.get(name));
    } else {
      to.remove(name);
    }
  }

  /** Nothing but the status changes, and of metadata what the field managers keep. */
  private final class Status implements Strategy {
    @Override
    public void applyDefaults(JsonObject object) {
      CustomStrategy.this.applyDefaults(object);
    }

    @Override
    public boolean allowUnconditionalUpdate() {
      return false;
    }

    @Override
    public void prepareForUpdate(StrategyContext context, JsonObject object, JsonObject old) {
      Object status = object.get("status");
      Object managed = object.objectOrEmpty("metadata").get("managedFields");
      boolean hasNew = object.containsKey("status");
      String revision = object.objectOrEmpty("metadata").string("resourceVersion");
      object.clear();
      object.putAll(old.deepCopy());
      if (hasNew) {
        object.put("status", status);
      } else {
        object.remove("status");
      }
      JsonObject metadata = object.ensureObject("metadata");
      metadata.put("resourceVersion", revision);
      if (managed == null) {
        metadata.remove("managedFields");
      } else {
        metadata.put("managedFields", managed);
      }
    }

    @Override
    public void validateUpdate(
        StrategyContext context, JsonObject object, JsonObject old, ErrorList errors) {
      validate(object, errors);
    }

    @Override
    public List<List<String>> resetFields() {
      return List.of(List.of("spec"), List.of("metadata"));
    }
  }
}
