package dev.javernetes.controllermanager.namespace;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.Namespace;
import dev.javernetes.client.Backoff;
import dev.javernetes.client.Client;
import dev.javernetes.client.Discovery;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.RequestOptions.ListOptions;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Deletes what is in a namespace that goes: pods first (KEP-5080), then everything else that
 * discovery knows; when nothing is left it takes the {@code kubernetes} finalizer off.
 */
public final class NamespaceController implements Controller {
  private static final String FINALIZER = "kubernetes";

  private final ControllerContext context;
  private final Client client;
  private final Loop<ObjectKey> loop;
  private final Informer<Namespace> namespaces;

  public NamespaceController(ControllerContext context, int workers) {
    this.context = context;
    this.client = context.client();
    this.loop =
        Loop.of(
            "namespace",
            context,
            workers,
            new Backoff(Duration.ofMillis(20), Duration.ofSeconds(3)));
    this.namespaces = loop.informer(Namespace.TYPE);
    loop.on(
        namespaces,
        EventHandler.each(namespace -> {
          if (Meta.deleting(namespace)) {
            loop.queue().add(Meta.key(namespace));
          }
        }));
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void reconcile(ObjectKey key) {
    if (namespaces.get(key).isEmpty()) {
      return;
    }
    Namespace namespace = client.find(Namespace.TYPE, "", key.name()).orElse(null);
    if (namespace == null
        || !Meta.deleting(namespace)
        || !namespace.spec().finalizers().contains(FINALIZER)) {
      return;
    }
    if (!namespace.status().phase().equals("Terminating")) {
      namespace =
          client.updateStatus(
              Namespace.TYPE,
              namespace.toBuilder()
                  .status(namespace.status().toBuilder().phase("Terminating").build())
                  .build());
    }
    NamespaceContent content = empty(key.name());
    Namespace updated =
        namespace.toBuilder()
            .status(
                namespace.status().toBuilder()
                    .conditions(
                        content.conditions(
                            namespace.status().conditions(),
                            context.timers().instant().truncatedTo(ChronoUnit.SECONDS)))
                    .build())
            .build();
    if (!updated.equals(namespace)) {
      namespace = client.updateStatus(Namespace.TYPE, updated);
    }
    if (content.empty()) {
      finish(namespace);
      return;
    }
    throw ApiException.of(
        StatusReason.CONFLICT, "namespace " + key + " still has " + content.remaining());
  }

  private NamespaceContent empty(String namespace) {
    Discovery discovery = Discovery.of(client);
    List<String> failures = new ArrayList<>();
    Map<String, Integer> remaining = new TreeMap<>();
    Map<String, Integer> finalizers = new TreeMap<>();
    List<Discovery.Resource> order = new ArrayList<>();
    for (Discovery.Resource resource : discovery.resources()) {
      if (resource.namespaced() && resource.can("delete", "list")) {
        if (resource.resource().resource().equals("pods")
            && resource.resource().group().isEmpty()) {
          order.addFirst(resource);
        } else {
          order.add(resource);
        }
      }
    }
    for (Discovery.Resource resource : order) {
      try {
        empty(namespace, resource, remaining, finalizers);
      } catch (ApiException refusal) {
        if (!refusal.is(StatusReason.NOT_FOUND) && !refusal.is(StatusReason.METHOD_NOT_ALLOWED)) {
          failures.add(resource.resource() + ": " + refusal.getMessage());
        }
      } catch (UncheckedIOException problem) {
        failures.add(resource.resource() + ": " + problem.getMessage());
      }
      if (resource == order.getFirst() && remaining.containsKey("pods.")) {
        break; // what pods may need stays until they are gone
      }
    }
    return new NamespaceContent(
        String.join("; ", discovery.failures().values()), failures, remaining, finalizers);
  }

  /** Tells all objects of a resource to go and counts those that do not at once. */
  private void empty(
      String namespace,
      Discovery.Resource resource,
      Map<String, Integer> remaining,
      Map<String, Integer> finalizers) {
    List<JsonObject> items = list(namespace, resource);
    if (items.isEmpty()) {
      return;
    }
    if (resource.can("deletecollection")) {
      client.deleteCollection(
          resource.resource(), namespace, ListOptions.ALL, DeleteOptions.BACKGROUND);
    } else {
      for (JsonObject item : items) {
        String name = item.objectOrEmpty("metadata").string("name");
        client.delete(resource.resource(), namespace, name, DeleteOptions.BACKGROUND);
      }
    }
    List<JsonObject> left = list(namespace, resource);
    for (JsonObject item : left) {
      JsonObject metadata = item.objectOrEmpty("metadata");
      metadata.strings("finalizers").forEach(name -> finalizers.merge(name, 1, Integer::sum));
    }
    if (!left.isEmpty()) {
      remaining.put(
          resource.resource().resource() + "." + resource.resource().group(), left.size());
    }
  }

  private List<JsonObject> list(String namespace, Discovery.Resource resource) {
    return client.getJson(Client.path(resource.resource(), namespace)).objects("items");
  }

  private void finish(Namespace namespace) {
    List<String> left = new ArrayList<>(namespace.spec().finalizers());
    left.remove(FINALIZER);
    JsonObject body = namespace.toJson();
    body.ensureObject("spec").put("finalizers", new ArrayList<Object>(left));
    try {
      client.call(
          "PUT",
          Client.path(Namespace.TYPE.resource(), "", namespace.metadata().name(), "finalize"),
          List.of(),
          new Patch("application/json", Json.bytes(body)));
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND)) {
        throw refusal;
      }
    }
  }
}
