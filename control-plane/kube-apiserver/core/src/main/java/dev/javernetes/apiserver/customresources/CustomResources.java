package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ResourceTable;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the CustomResourceDefinitions: what they define is served as soon as its names are free,
 * and no longer once they are gone. A definition that is deleted first loses its instances.
 */
public final class CustomResources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CustomResources.class);
  static final GroupResource DEFINITIONS =
      new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");

  /** The engine's doors. */
  public interface Resources {
    void add(ResourceDefinition definition);

    void remove(ResourceDefinition definition);
  }

  /** Time and threads. */
  public record Runtime(
      InstantSource clock, Executor threads, ScheduledExecutorService scheduler) {}

  /** What of a definition decides how its resource is served. */
  private record Published(String uid, long generation, @Nullable Object names) {
    static Published of(JsonObject definition) {
      JsonObject metadata = definition.objectOrEmpty("metadata");
      return new Published(
          metadata.string("uid"),
          metadata.integer("generation"),
          definition.objectOrEmpty("status").get("acceptedNames"));
    }
  }

  private final ObjectReader reader;
  private final ResourceTable table;
  private final Resources resources;
  private final StatusWriter status;
  private final InstanceCleanup cleanup;
  private final CustomDefinitions definitions;
  private final LocalApis localApis;
  private final KnownDefinitions known = new KnownDefinitions();
  private final Map<GroupResource, Published> published = new ConcurrentHashMap<>();
  private final Set<GroupResource> terminating = ConcurrentHashMap.newKeySet();
  private final List<AutoCloseable> watches = new ArrayList<>();

  public CustomResources(
      ObjectReader reader,
      ObjectWriter writer,
      ResourceTable table,
      Resources resources,
      Schema objectMeta,
      ConversionWebhooks webhooks,
      Runtime runtime) {
    this.reader = reader;
    this.table = table;
    this.resources = resources;
    this.status = new StatusWriter(reader, writer, runtime.clock);
    this.cleanup =
        new InstanceCleanup(reader, writer, table, status, runtime.threads, runtime.scheduler);
    this.localApis = new LocalApis(reader, writer, known::served);
    this.definitions = new CustomDefinitions(objectMeta, webhooks, terminating);
  }

  /** Returns once what is defined already is served. */
  public void start() {
    // all are known before the first is looked at: names and versions are held against each other
    reader.list(DEFINITIONS, "").forEach(known::put);
    watches.add(localApis.start());
    watches.add(
        reader.watch(
            DEFINITIONS,
            new ObjectReader.ObjectListener() {
              @Override
              public void changed(JsonObject definition) {
                known.put(definition);
                guarded(definition, () -> sync(definition));
                guarded(definition, () -> localApis.sync(nameOf(definition).group()));
              }

              @Override
              public void deleted(JsonObject lastState) {
                known.remove(lastState);
                guarded(lastState, () -> withdraw(lastState));
                guarded(lastState, () -> localApis.sync(nameOf(lastState).group()));
              }
            }));
  }

  private static void guarded(JsonObject definition, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException problem) {
      LOG.error("custom resource definition {}", name(definition), problem);
    }
  }

  private static String name(JsonObject definition) {
    return KnownDefinitions.name(definition);
  }

  static GroupResource nameOf(JsonObject definition) {
    JsonObject spec = definition.objectOrEmpty("spec");
    return new GroupResource(spec.string("group"), spec.objectOrEmpty("names").string("plural"));
  }

  private void sync(JsonObject definition) {
    if (definition.objectOrEmpty("metadata").has("deletionTimestamp")) {
      terminating.add(nameOf(definition));
      publish(definition);
      cleanup.start(definition);
      return;
    }
    // served before its status says so: who waits for the status then finds the resource
    JsonObject wanted = definition.deepCopy();
    List<JsonObject> others = known.beside(definition);
    boolean changed = DefinitionStatus.update(wanted, others, status.now());
    publish(wanted);
    if (changed) {
      JsonObject written =
          status.change(
              name(definition), present -> DefinitionStatus.update(present, others, status.now()));
      if (written != null) {
        known.put(written);
        publish(written);
      }
      recheck(definition);
    }
  }

  /** Names may have become free for definitions of the same group that could not have theirs. */
  private void recheck(JsonObject definition) {
    for (JsonObject other : known.beside(definition)) {
      if (Conditions.has(other, "NamesAccepted") && !Conditions.isTrue(other, "NamesAccepted")) {
        guarded(other, () -> resync(other));
      }
    }
  }

  private void resync(JsonObject definition) {
    JsonObject written =
        status.change(
            name(definition),
            present -> DefinitionStatus.update(present, known.beside(present), status.now()));
    if (written != null) {
      known.put(written);
      publish(written);
    }
  }

  private void publish(JsonObject definition) {
    if (!Conditions.isTrue(definition, "NamesAccepted")
        && !Conditions.isTrue(definition, "Established")) {
      return;
    }
    GroupResource name = nameOf(definition);
    ResourceDefinition present = table.find(name);
    if (present != null && !present.custom()) {
      return; // what is built in goes first
    }
    Published wanted = Published.of(definition);
    if (!wanted.equals(published.get(name))) {
      resources.add(definitions.definition(definition));
      published.put(name, wanted);
    }
  }

  private void withdraw(JsonObject definition) {
    GroupResource name = nameOf(definition);
    ResourceDefinition served = table.find(name);
    if (served != null && served.custom()) {
      resources.remove(served);
    }
    published.remove(name);
    terminating.remove(name);
    recheck(definition);
  }

  @Override
  public void close() throws Exception {
    cleanup.close();
    for (AutoCloseable watch : watches) {
      watch.close();
    }
  }
}
