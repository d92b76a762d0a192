package dev.javernetes.apiserver.customresources;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.StructuralValidation;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ResourceTable;
import dev.javernetes.apiserver.registry.ScalePaths;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the CustomResourceDefinitions: what they define is served as soon as its names are free,
 * and no longer once they are gone. A definition that is deleted first loses its instances.
 */
public final class CustomResources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CustomResources.class);
  private static final GroupResource DEFINITIONS =
      new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");
  private static final GroupVersionResource DEFINITIONS_V1 =
      new GroupVersionResource("apiextensions.k8s.io", "v1", "customresourcedefinitions");
  private static final int CONFLICT_ATTEMPTS = 10;

  /** The engine's doors. */
  public interface Resources {
    void add(ResourceDefinition definition);

    void remove(ResourceDefinition definition);
  }

  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final ResourceTable table;
  private final Resources resources;
  private final InstantSource clock;
  private final CustomDefinitions definitions;
  private final Map<GroupResource, ScalePaths> scalePaths = new ConcurrentHashMap<>();
  private final Map<GroupResource, JsonObject> published = new ConcurrentHashMap<>();
  private final List<AutoCloseable> watches = new ArrayList<>();

  public CustomResources(
      ObjectReader reader,
      ObjectWriter writer,
      ResourceTable table,
      Resources resources,
      Schema objectMeta,
      InstantSource clock) {
    this.reader = reader;
    this.writer = writer;
    this.table = table;
    this.resources = resources;
    this.clock = clock;
    this.definitions =
        new CustomDefinitions(
            objectMeta,
            new StructuralValidation(pattern -> {
              try {
                Pattern compiled = Pattern.compile(pattern);
                return text -> compiled.matcher(text).find();
              } catch (PatternSyntaxException unreadable) {
                return text -> false;
              }
            }));
  }

  /** Returns once what is defined already is served. */
  public void start() {
    watches.add(
        reader.watch(
            DEFINITIONS,
            new ObjectReader.ObjectListener() {
              @Override
              public void changed(JsonObject object) {
                guarded(object, () -> sync(object));
              }

              @Override
              public void deleted(JsonObject lastState) {
                guarded(lastState, () -> withdraw(lastState));
              }
            }));
  }

  private static void guarded(JsonObject object, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException problem) {
      LOG.error(
          "custom resource definition {}",
          object.objectOrEmpty("metadata").string("name"),
          problem);
    }
  }

  /** Where a custom resource keeps its replicas; the usual places for any other. */
  public ScalePaths scalePaths(ResourceDefinition definition) {
    return scalePaths.getOrDefault(definition.groupResource(), ScalePaths.USUAL);
  }

  private void sync(JsonObject object) {
    if (object.objectOrEmpty("metadata").has("deletionTimestamp")) {
      cleanUp(object);
      return;
    }
    String conflict = conflict(object);
    if (conflict.isEmpty()) {
      publish(object);
    }
    updateStatus(object, conflict);
  }

  private static GroupResource nameOf(JsonObject object) {
    JsonObject spec = object.objectOrEmpty("spec");
    return new GroupResource(spec.string("group"), spec.objectOrEmpty("names").string("plural"));
  }

  /** Which name another resource of the group has already; empty if none. */
  private String conflict(JsonObject object) {
    GroupResource own = nameOf(object);
    JsonObject names = object.objectOrEmpty("spec").objectOrEmpty("names");
    Set<String> wanted = new TreeSet<>(names.strings("shortNames"));
    wanted.add(names.string("plural"));
    wanted.add(names.string("singular"));
    for (ResourceDefinition other : table.all()) {
      if (!other.groupResource().group().equals(own.group()) || other.groupResource().equals(own)) {
        continue;
      }
      for (String name : wanted) {
        if (other.groupResource().resource().equals(name)
            || other.singular().equals(name)
            || other.shortNames().contains(name)) {
          return "\"" + name + "\" is already in use";
        }
      }
      String kind = names.string("kind");
      if (other.storageVersion().kind().kind().equals(kind)
          || other.storageVersion().listKind().equals(names.string("listKind"))) {
        return "\"" + kind + "\" is already in use";
      }
    }
    return "";
  }

  private void publish(JsonObject object) {
    GroupResource name = nameOf(object);
    JsonObject spec = object.objectOrEmpty("spec");
    if (spec.equals(published.get(name))) {
      return;
    }
    ScalePaths paths = CustomDefinitions.scalePaths(object);
    if (paths != null) {
      scalePaths.put(name, paths);
    }
    resources.add(definitions.definition(object));
    published.put(name, spec);
  }

  private void withdraw(JsonObject object) {
    GroupResource name = nameOf(object);
    ResourceDefinition definition = table.find(name);
    if (definition != null && definition.custom()) {
      resources.remove(definition);
    }
    published.remove(name);
    scalePaths.remove(name);
  }

  private void updateStatus(JsonObject object, String conflict) {
    JsonObject current = object;
    for (int attempt = 0; attempt < CONFLICT_ATTEMPTS; attempt++) {
      JsonObject wanted = current.deepCopy();
      if (!setStatus(wanted, conflict)) {
        return;
      }
      try {
        writer.update(DEFINITIONS_V1, "", wanted, "status");
        return;
      } catch (ApiException problem) {
        if (problem.is(StatusReason.NOT_FOUND)) {
          return;
        }
        if (!problem.is(StatusReason.CONFLICT)) {
          throw problem;
        }
        JsonObject fresh =
            reader.get(DEFINITIONS, "", object.objectOrEmpty("metadata").string("name"));
        if (fresh == null) {
          return;
        }
        current = fresh;
      }
    }
  }

  /** Whether the status changed. */
  private boolean setStatus(JsonObject object, String conflict) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    JsonObject status = object.ensureObject("status");
    boolean changed = false;
    if (conflict.isEmpty()) {
      Object names = object.objectOrEmpty("spec").get("names");
      if (!Objects.equals(names, status.get("acceptedNames"))) {
        status.put("acceptedNames", Json.deepCopy(names));
        changed = true;
      }
      changed |=
          Conditions.set(object, "NamesAccepted", true, "NoConflicts", "no conflicts found", now);
      changed |=
          Conditions.set(
              object,
              "Established",
              true,
              "InitialNamesAccepted",
              "the initial names have been accepted",
              now);
    } else {
      changed = Conditions.set(object, "NamesAccepted", false, "NameConflict", conflict, now);
      if (!Conditions.isTrue(object, "Established")) {
        changed |=
            Conditions.set(
                object, "Established", false, "NotAccepted", "not all names are accepted", now);
      }
    }
    return changed;
  }

  /** Deletes the instances, then lets the definition go. */
  private void cleanUp(JsonObject object) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    if (!metadata.strings("finalizers").contains(DefinitionStrategy.CLEANUP)) {
      return;
    }
    GroupResource name = nameOf(object);
    ResourceDefinition definition = table.find(name);
    if (definition != null && definition.custom()) {
      GroupVersionResource stored = definition.storageVersion().resource();
      for (JsonObject instance : reader.list(name, "")) {
        JsonObject own = instance.objectOrEmpty("metadata");
        try {
          writer.delete(stored, own.string("namespace"), own.string("name"), null);
        } catch (ApiException problem) {
          if (!problem.is(StatusReason.NOT_FOUND)) {
            throw problem;
          }
        }
      }
      if (!reader.list(name, "").isEmpty()) {
        followUntilEmpty(name, object);
        return;
      }
    }
    removeFinalizer(object);
  }

  /** Instances with finalizers of their own go later. */
  private void followUntilEmpty(GroupResource name, JsonObject object) {
    watches.add(
        reader.watch(
            name,
            new ObjectReader.ObjectListener() {
              @Override
              public void changed(JsonObject instance) {}

              @Override
              public void deleted(JsonObject lastState) {
                if (reader.list(name, "").isEmpty()) {
                  guarded(object, () -> removeFinalizer(object));
                }
              }
            }));
  }

  private void removeFinalizer(JsonObject object) {
    String name = object.objectOrEmpty("metadata").string("name");
    for (int attempt = 0; attempt < CONFLICT_ATTEMPTS; attempt++) {
      JsonObject fresh = reader.get(DEFINITIONS, "", name);
      if (fresh == null) {
        return;
      }
      fresh.ensureObject("metadata").ensureArray("finalizers").remove(DefinitionStrategy.CLEANUP);
      try {
        writer.update(DEFINITIONS_V1, "", fresh, "");
        return;
      } catch (ApiException problem) {
        if (!problem.is(StatusReason.CONFLICT)) {
          throw problem;
        }
      }
    }
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable watch : watches) {
      watch.close();
    }
  }
}
