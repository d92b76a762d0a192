package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ResourceTable;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the instances of a definition that is deleted, waits for those that have finalizers of
 * their own, then lets the definition go. What fails is tried again after {@value #RETRY_SECONDS}
 * seconds.
 */
final class InstanceCleanup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceCleanup.class);
  private static final int RETRY_SECONDS = 5;

  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final ResourceTable table;
  private final StatusWriter status;
  private final Executor threads;
  private final ScheduledExecutorService scheduler;
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final Map<String, AutoCloseable> waiting = new ConcurrentHashMap<>();

  InstanceCleanup(
      ObjectReader reader,
      ObjectWriter writer,
      ResourceTable table,
      StatusWriter status,
      Executor threads,
      ScheduledExecutorService scheduler) {
    this.reader = reader;
    this.writer = writer;
    this.table = table;
    this.status = status;
    this.threads = threads;
    this.scheduler = scheduler;
  }

  /** Begins, unless it is at it already. */
  void start(JsonObject definition) {
    String name = definition.objectOrEmpty("metadata").string("name");
    if (waiting.containsKey(name) || !running.add(name)) {
      return;
    }
    threads.execute(() -> {
      try {
        cleanUp(name);
      } catch (RuntimeException problem) {
        LOG.warn("deleting the instances of {}", name, problem);
        retry(definition);
      } finally {
        running.remove(name);
      }
    });
  }

  private void retry(JsonObject definition) {
    try {
      scheduler.schedule(() -> start(definition), RETRY_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("the server stops");
    }
  }

  private void cleanUp(String name) {
    JsonObject definition = reader.get(CustomResources.DEFINITIONS, "", name);
    if (definition == null
        || !definition
            .objectOrEmpty("metadata")
            .strings("finalizers")
            .contains(DefinitionStrategy.CLEANUP)) {
      return;
    }
    if (!Conditions.isTrue(definition, "Established")) {
      finish(name, "NeverEstablished", "resource was never established");
      return;
    }
    tell(name, "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress");
    GroupResource resource = CustomResources.nameOf(definition);
    ResourceDefinition served = table.find(resource);
    if (served == null) {
      throw new IllegalStateException("not served: " + resource);
    }
    if (!served.custom()) {
      finish(
          name,
          "OverlappingBuiltInResource",
          "instances overlap with built-in resources in storage");
      return;
    }
    try {
      deleteAll(served);
    } catch (ApiException problem) {
      tell(
          name,
          "True",
          "InstanceDeletionFailed",
          "could not issue all deletes: " + problem.getMessage());
      throw problem;
    }
    waitUntilEmpty(name, resource);
  }

  private void deleteAll(ResourceDefinition served) {
    GroupVersionResource stored = served.storageVersion().resource();
    for (JsonObject instance : reader.list(served.groupResource(), "")) {
      JsonObject metadata = instance.objectOrEmpty("metadata");
      try {
        writer.delete(stored, metadata.string("namespace"), metadata.string("name"), null);
      } catch (ApiException problem) {
        if (!problem.is(StatusReason.NOT_FOUND)) {
          throw problem;
        }
      }
    }
  }

  private void waitUntilEmpty(String name, GroupResource resource) {
    if (finishIfEmpty(name, resource)) {
      return;
    }
    waiting.put(
        name,
        reader.watch(
            resource,
            new ObjectReader.ObjectListener() {
              @Override
              public void changed(JsonObject instance) {}

              @Override
              public void deleted(JsonObject lastState) {
                finishIfEmpty(name, resource);
              }
            }));
    finishIfEmpty(name, resource); // the last one may have gone before the watch was there
  }

  private boolean finishIfEmpty(String name, GroupResource resource) {
    if (!reader.list(resource, "").isEmpty()) {
      return false;
    }
    finish(name, "InstanceDeletionCompleted", "removed all instances");
    close(waiting.remove(name));
    return true;
  }

  private void tell(String name, String is, String reason, String message) {
    status.change(
        name,
        definition -> Conditions.set(definition, "Terminating", is, reason, message, status.now()));
  }

  private void finish(String name, String reason, String message) {
    status.change(
        name,
        definition -> {
          Conditions.set(definition, "Terminating", "False", reason, message, status.now());
          return definition
              .ensureObject("metadata")
              .ensureArray("finalizers")
              .remove(DefinitionStrategy.CLEANUP);
        });
  }

  private static void close(@org.jspecify.annotations.Nullable AutoCloseable watch) {
    if (watch != null) {
      try {
        watch.close();
      } catch (Exception problem) {
        LOG.debug("closing a watch", problem);
      }
    }
  }

  @Override
  public void close() {
    waiting.values().forEach(InstanceCleanup::close);
  }
}
