package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.customresources.definition.DefaultRules;
import dev.javernetes.apiserver.customresources.definition.DefinitionRules;
import dev.javernetes.apiserver.customresources.definition.Schemas;
import dev.javernetes.apiserver.customresources.embedded.EmbeddedObjects;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The strategy of CustomResourceDefinitions themselves. */
public final class DefinitionStrategy implements Strategy {
  static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

  private final DefinitionRules rules;

  public DefinitionStrategy(EmbeddedObjects embedded) {
    this.rules = new DefinitionRules(new DefaultRules(embedded));
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
  public void applyDefaults(JsonObject definition) {
    JsonObject spec = definition.ensureObject("spec");
    JsonObject names = spec.ensureObject("names");
    String kind = names.string("kind");
    if (names.string("singular").isEmpty() && !kind.isEmpty()) {
      names.put("singular", kind.toLowerCase(Locale.ROOT));
    }
    if (names.string("listKind").isEmpty() && !kind.isEmpty()) {
      names.put("listKind", kind + "List");
    }
    JsonObject conversion = spec.object("conversion");
    if (conversion == null) {
      spec.put("conversion", JsonObject.of("strategy", "None"));
    } else if (conversion.objectOrEmpty("webhook").objectOrEmpty("clientConfig").object("service")
        instanceof JsonObject service) {
      if (!service.has("port")) {
        service.put("port", 443L);
      }
    }
    JsonObject status = definition.ensureObject("status");
    if (status.strings("storedVersions").isEmpty()) {
      keepStorageVersion(definition, status);
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject definition) {
    JsonObject status =
        JsonObject.of(
            "conditions",
            null,
            "acceptedNames",
            JsonObject.of("plural", "", "kind", ""),
            "storedVersions",
            null);
    keepStorageVersion(definition, status);
    definition.put("status", status);
  }

  /** What has been the storage version is remembered until somebody says that nothing is left. */
  private static void keepStorageVersion(JsonObject definition, JsonObject status) {
    for (JsonObject version : versions(definition)) {
      if (version.bool("storage")) {
        String name = version.string("name");
        if (!status.strings("storedVersions").contains(name)) {
          List<@Nullable Object> stored = new ArrayList<>(status.strings("storedVersions"));
          stored.add(name);
          status.put("storedVersions", stored);
        }
        return;
      }
    }
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject definition, JsonObject old) {
    definition.put("status", Json.deepCopy(old.get("status")));
    keepStorageVersion(definition, definition.ensureObject("status"));
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject definition, ErrorList errors) {
    rules.validateCreate(definition, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject definition, JsonObject old, ErrorList errors) {
    rules.validateUpdate(definition, old, errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject definition) {
    return warnings(Schemas.unknownFormats(definition));
  }

  @Override
  public List<String> warningsOnUpdate(
      StrategyContext context, JsonObject definition, JsonObject old) {
    List<String> added = new ArrayList<>(Schemas.unknownFormats(definition));
    added.removeAll(Schemas.unknownFormats(old));
    return warnings(added);
  }

  private static List<String> warnings(List<String> formats) {
    return formats.stream().map(format -> "unrecognized format " + GoQuote.quote(format)).toList();
  }

  static List<JsonObject> versions(JsonObject definition) {
    return definition.objectOrEmpty("spec").objects("versions");
  }

  // deletion: instances go first

  @Override
  public boolean heldFromDeletion(JsonObject definition) {
    JsonObject metadata = definition.objectOrEmpty("metadata");
    return !metadata.has("deletionTimestamp")
        && !definition.objectOrEmpty("status").objects("conditions").isEmpty();
  }

  @Override
  public void markedForDeletion(JsonObject definition) {
    JsonObject metadata = definition.ensureObject("metadata");
    List<@Nullable Object> finalizers = metadata.ensureArray("finalizers");
    if (!finalizers.contains(CLEANUP)) {
      finalizers.add(CLEANUP);
    }
    Conditions.set(
        definition,
        "Terminating",
        "True",
        "InstanceDeletionPending",
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
        Instant.parse(metadata.string("deletionTimestamp"))
            .truncatedTo(ChronoUnit.SECONDS)
            .toString());
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") ? new Status() : null;
  }

  /** Everything but the spec may change; labels too, as upstream has it. */
  private final class Status implements Strategy {
    @Override
    public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
      return List.of(MetadataCheck.UPDATE_GENERIC);
    }

    @Override
    public void applyDefaults(JsonObject definition) {
      DefinitionStrategy.this.applyDefaults(definition);
    }

    @Override
    public boolean allowUnconditionalUpdate() {
      return false;
    }

    @Override
    public void prepareForUpdate(StrategyContext context, JsonObject definition, JsonObject old) {
      definition.put("spec", Json.deepCopy(old.get("spec")));
    }

    @Override
    public void validateUpdate(
        StrategyContext context, JsonObject definition, JsonObject old, ErrorList errors) {
      DefinitionRules.validateStatus(definition, errors);
    }

    @Override
    public List<List<String>> resetFields() {
      return List.of(List.of("spec"));
    }
  }
}
