package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.schema.structural.Defaulting;
import dev.javernetes.api.schema.structural.Pruning;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The strategy of a custom kind: what its definition says, by the object's version. */
final class CustomStrategy implements Strategy {
  private static final Set<String> STANDARD_FINALIZERS =
      Set.of("orphan", "foregroundDeletion", "kubernetes");

  private final GroupResource resource;
  private final Map<String, CustomVersion> versions;
  private final BooleanSupplier terminating;
  private final CustomValidation validation;

  /**
   * @param versions by {@code apiVersion}
   * @param terminating whether the definition is about to go, so that nothing new may come
   */
  CustomStrategy(
      GroupResource resource,
      Map<String, CustomVersion> versions,
      BooleanSupplier terminating,
      CustomValidation validation) {
    this.resource = resource;
    this.versions = Map.copyOf(versions);
    this.terminating = terminating;
    this.validation = validation;
  }

  private @Nullable CustomVersion version(JsonObject object) {
    return versions.get(object.string("apiVersion"));
  }

  private static boolean hasStatus(@Nullable CustomVersion version) {
    return version != null && version.hasStatus();
  }

  @Override
  public List<MetadataCheck> metadataOnCreate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE_GENERIC);
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.UPDATE_GENERIC);
  }

  @Override
  public void applyDefaults(JsonObject object) {
    CustomVersion version = version(object);
    if (version != null) {
      Pruning.prune(object, version.schema(), path -> {});
      Defaulting.dropNulls(object, version.schema());
      Defaulting.fill(object, version.schema());
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject object) {
    if (terminating.getAsBoolean()) {
      String name = object.objectOrEmpty("metadata").string("name");
      throw ApiException.forbidden(
          resource, name, "create not allowed while custom resource definition is terminating");
    }
    if (hasStatus(version(object))) {
      object.remove("status");
    }
    object.ensureObject("metadata").put("generation", 1L);
  }

  @Override
  public void validateType(JsonObject object, ErrorList errors) {
    CustomVersion version = version(object);
    if (version != null && !object.string("kind").equals(version.kind().kind())) {
      errors.invalid(
          FieldPath.of("kind"), object.string("kind"), "must be " + version.kind().kind());
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject object, ErrorList errors) {
    CustomVersion version = version(object);
    if (version != null) {
      validation.create(object, version, errors);
    }
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject object) {
    return finalizerWarnings(new TreeSet<>(finalizers(object)));
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    Set<String> added = new TreeSet<>(finalizers(object));
    finalizers(old).forEach(added::remove);
    List<String> warnings = finalizerWarnings(added);
    CustomVersion version = version(object);
    if (version != null) {
      warnings.addAll(validation.warnings(object, old, version));
    }
    return warnings;
  }

  private static List<String> finalizers(JsonObject object) {
    return object.objectOrEmpty("metadata").strings("finalizers");
  }

  private static List<String> finalizerWarnings(Set<String> added) {
    List<String> warnings = new ArrayList<>();
    for (String finalizer : added) {
      String head = "metadata.finalizers: " + GoQuote.quote(finalizer) + ": ";
      NameFormats.qualifiedName(finalizer).forEach(problem -> warnings.add(head + problem));
      if (!finalizer.contains("/") && !STANDARD_FINALIZERS.contains(finalizer)) {
        warnings.add(
            head
                + "prefer a domain-qualified finalizer name "
                + (finalizer.contains(".") ? "including a path (/) " : "")
                + "to avoid accidental conflicts with other finalizer writers");
      }
    }
    return warnings;
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    if (hasStatus(version(object))) {
      if (old.containsKey("status")) {
        object.put("status", old.get("status"));
      } else {
        object.remove("status");
      }
    }
    if (changed(object, old)) {
      object
          .ensureObject("metadata")
          .put("generation", old.objectOrEmpty("metadata").integer("generation") + 1);
    }
  }

  /** Everything but metadata counts. */
  private static boolean changed(JsonObject object, JsonObject old) {
    Set<String> names = new HashSet<>(object.keySet());
    names.addAll(old.keySet());
    names.remove("metadata");
    return names.stream().anyMatch(name -> !Objects.equals(object.get(name), old.get(name)));
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject object, JsonObject old, ErrorList errors) {
    CustomVersion version = version(object);
    if (version != null) {
      validation.update(object, old, version, errors);
    }
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }

  @Override
  public List<List<String>> resetFields() {
    return versions.values().stream().anyMatch(CustomVersion::hasStatus)
        ? List.of(List.of("status"))
        : List.of();
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") ? new Status() : null;
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
    public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
      return List.of(MetadataCheck.UPDATE_GENERIC);
    }

    @Override
    public void validateType(JsonObject object, ErrorList errors) {
      CustomStrategy.this.validateType(object, errors);
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
      CustomVersion version = version(object);
      if (version != null) {
        validation.status(object, old, version, errors);
      }
    }

    @Override
    public List<List<String>> resetFields() {
      return List.of(List.of("spec"), List.of("metadata"));
    }
  }
}
