package dev.javernetes.controllermanager.garbagecollector;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.api.model.batch.v1.Job;
import dev.javernetes.api.model.core.v1.Endpoints;
import dev.javernetes.api.model.core.v1.Namespace;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.core.v1.ServiceAccount;
import dev.javernetes.api.model.discovery.v1.EndpointSlice;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.Client;
import dev.javernetes.client.Discovery;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.garbagecollector.OwnerGraph.Looks;
import dev.javernetes.controllermanager.garbagecollector.OwnerGraph.View;
import dev.javernetes.controllermanager.loop.Batches;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the {@link OwnerGraph} from a watch of every resource that can be listed, watched and
 * deleted, and looks at the objects that it names, always at what the server says now.
 *
 * <p>Which resources there are comes from discovery: at the start, and again whenever a
 * CustomResourceDefinition changes.
 */
public final class GarbageCollector implements Controller {
  private static final Logger log = LoggerFactory.getLogger(GarbageCollector.class);

  /** Upstream ignores these too: many, short-lived and never owners. */
  private static final Set<String> IGNORED = Set.of("events", "events.events.k8s.io");

  /** Types that other controllers cache anyway: their informers serve here too. */
  private static final List<ResourceType<? extends KubernetesObject>> CACHED_ANYWAY =
      List.of(
          Pod.TYPE,
          ReplicaSet.TYPE,
          Deployment.TYPE,
          Job.TYPE,
          Service.TYPE,
          Endpoints.TYPE,
          EndpointSlice.TYPE,
          Node.TYPE,
          Namespace.TYPE,
          ServiceAccount.TYPE);

  /** What to do with an object. */
  private record Look(String uid, boolean orphan) {}

  /** An owner as the server has it now. */
  private enum OwnerState {
    THERE,
    GONE,
    WAITS_FOR_DEPENDENTS
  }

  private final ControllerContext context;
  private final Client client;
  private final Loop<Look> loop;
  private final Loop<String> discoveryLoop;
  private final OwnerGraph graph = new OwnerGraph();
  private final Map<GroupVersionResource, Informer<?>> watched = new ConcurrentHashMap<>();
  private final Map<String, Boolean> absent = new ConcurrentHashMap<>();
  private volatile Discovery discovery = new Discovery(List.of(), Map.of());

  public GarbageCollector(ControllerContext context, int workers) {
    this.context = context;
    this.client = context.client();
    this.loop = Loop.over(Look.class, "garbage_collector", context, workers);
    this.discoveryLoop = Loop.over(String.class, "garbage_collector_discovery", context, 1);
    Informer<CustomResourceDefinition> definitions =
        discoveryLoop.informer(CustomResourceDefinition.TYPE);
    discoveryLoop.on(
        definitions,
        new EventHandler<>() {
          @Override
          public void added(CustomResourceDefinition definition, boolean initial) {
            if (!initial) {
              discoveryLoop.queue().addAfter("", Duration.ofSeconds(1));
            }
          }

          @Override
          public void changed(CustomResourceDefinition before, CustomResourceDefinition now) {
            if (!before.status().conditions().equals(now.status().conditions())
                || !before.spec().equals(now.spec())) {
              added(now, false);
            }
          }

          @Override
          public void deleted(CustomResourceDefinition definition) {
            added(definition, false);
          }
        });
    discoveryLoop.queue().add("");
  }

  @Override
  public void start() {
    discoveryLoop.start(ignored -> discover());
  }

  @Override
  public void close() {
    discoveryLoop.close();
    loop.close();
  }

  private void discover() throws InterruptedException {
    Discovery now = Discovery.of(client);
    boolean first = discovery.resources().isEmpty();
    discovery = now;
    Map<GroupVersionResource, ResourceType<? extends KubernetesObject>> cached = new HashMap<>();
    CACHED_ANYWAY.forEach(type -> cached.put(type.resource(), type));
    List<Informer<?>> fresh = new ArrayList<>();
    for (Discovery.Resource resource : now.resources()) {
      if (resource.can("list", "watch", "delete")
          && !IGNORED.contains(resource.resource().groupResource().toString())
          && !watched.containsKey(resource.resource())) {
        ResourceType<? extends KubernetesObject> type = cached.get(resource.resource());
        if (type == null) {
          fresh.add(watch(resource, OwnedObject.type(resource)));
        } else {
          fresh.add(watch(resource, type));
        }
      }
    }
    absent.clear();
    if (first) {
      for (Informer<?> informer : fresh) {
        if (!informer.awaitSynced(Duration.ofSeconds(30))) {
          log.warn("the garbage collector starts without all resources listed");
          break;
        }
      }
      loop.start(this::look);
    }
    if (!now.failures().isEmpty()) {
      log.debug("discovery is incomplete: {}", now.failures());
      discoveryLoop.queue().addAfter("", Duration.ofSeconds(30));
    }
  }

  private <T extends KubernetesObject> Informer<T> watch(
      Discovery.Resource resource, ResourceType<T> type) {
    Informer<T> informer = context.informers().of(type);
    watched.put(resource.resource(), informer);
    loop.on(
        informer,
        new EventHandler<>() {
          @Override
          public void added(T object, boolean initial) {
            enqueue(graph.put(object));
          }

          @Override
          public void changed(T before, T now) {
            if (relevant(before.metadata(), now.metadata())) {
              enqueue(graph.put(now));
            }
          }

          @Override
          public void deleted(T object) {
            absent.put(object.metadata().uid(), true);
            enqueue(graph.remove(object.metadata().uid()));
          }
        });
    return informer;
  }

  private static boolean relevant(ObjectMeta before, ObjectMeta now) {
    return now.deletionTimestamp() != null
        || !before.ownerReferences().equals(now.ownerReferences());
  }

  private void enqueue(Looks looks) {
    looks.delete().forEach(uid -> loop.queue().add(new Look(uid, false)));
    looks.orphan().forEach(uid -> loop.queue().add(new Look(uid, true)));
  }

  private void look(Look look) throws InterruptedException {
    if (absent.size() > 10_000) {
      absent.clear(); // only a cache of answers
    }
    View view = graph.get(look.uid);
    if (view == null) {
      return;
    }
    if (look.orphan) {
      orphan(view);
    } else {
      mayDelete(view);
    }
  }

  private void mayDelete(View view) {
    if (view.deleting() && !view.deletingDependents()) {
      return;
    }
    Discovery.Resource resource = resource(view.identity());
    if (resource == null) {
      // Looked at again later, ever more rarely: the owner may be of a new kind, and gone before
      // there was a watch that could have told of its end.
      throw notServed(view.identity());
    }
    ObjectMeta live = live(resource, view.identity());
    if (live == null) {
      absent.put(view.identity().uid(), true);
      enqueue(graph.remove(view.identity().uid()));
      return;
    }
    if (view.virtual()) {
      return; // it exists; its own event brings it
    }
    if (view.deletingDependents()) {
      waitForDependents(view, resource, live);
      return;
    }
    byOwners(view, resource, live);
  }

  private void byOwners(View view, Discovery.Resource resource, ObjectMeta live) {
    if (live.ownerReferences().isEmpty()) {
      return;
    }
    Set<String> lost = new HashSet<>();
    boolean someThere = false;
    boolean someWait = false;
    for (OwnerReference owner : live.ownerReferences()) {
      switch (state(owner, live.namespace())) {
        case THERE -> someThere = true;
        case GONE -> lost.add(owner.uid());
        case WAITS_FOR_DEPENDENTS -> {
          someWait = true;
          lost.add(owner.uid());
        }
      }
    }
    if (someThere) {
      if (!lost.isEmpty()) {
        setOwners(
            resource,
            live,
            live.ownerReferences().stream().filter(owner -> !lost.contains(owner.uid())).toList());
      }
      return;
    }
    String policy = "Background";
    if (someWait && view.dependents() > 0) {
      if (graph.dependents(live.uid()).stream().anyMatch(View::deletingDependents)) {
        unblock(resource, live); // a circle of objects that wait for each other
      }
      policy = "Foreground";
    } else if (live.finalizers().contains(OwnerGraph.ORPHAN)) {
      policy = "Orphan";
    } else if (live.finalizers().contains(OwnerGraph.FOREGROUND)) {
      policy = "Foreground";
    }
    delete(resource, live, policy);
  }

  private void waitForDependents(View view, Discovery.Resource resource, ObjectMeta live) {
    List<View> blocking = graph.blocking(view.identity().uid());
    if (blocking.isEmpty()) {
      removeFinalizer(resource, live, OwnerGraph.FOREGROUND);
      return;
    }
    for (View dependent : blocking) {
      if (!dependent.deletingDependents()) {
        loop.queue().add(new Look(dependent.identity().uid(), false));
      }
    }
  }

  private void orphan(View view) throws InterruptedException {
    Discovery.Resource resource = resource(view.identity());
    if (resource == null) {
      return;
    }
    String owner = view.identity().uid();
    Batches.all(graph.dependents(owner), dependent -> release(dependent, owner)).orThrow();
    ObjectMeta live = live(resource, view.identity());
    if (live != null) {
      removeFinalizer(resource, live, OwnerGraph.ORPHAN);
    }
  }

  private void release(View dependent, String owner) {
    Discovery.Resource resource = resource(dependent.identity());
    ObjectMeta live = resource == null ? null : live(resource, dependent.identity());
    if (resource != null && live != null) {
      List<OwnerReference> left =
          live.ownerReferences().stream().filter(of -> !of.uid().equals(owner)).toList();
      if (left.size() < live.ownerReferences().size()) {
        setOwners(resource, live, left);
      }
    }
  }

  private void unblock(Discovery.Resource resource, ObjectMeta live) {
    setOwners(
        resource,
        live,
        live.ownerReferences().stream()
            .map(owner -> owner.toBuilder().blockOwnerDeletion(false).build())
            .toList());
  }

  private OwnerState state(OwnerReference reference, String namespace) {
    if (absent.containsKey(reference.uid())) {
      return OwnerState.GONE;
    }
    Identity identity = Identity.of(reference, namespace);
    Discovery.Resource resource = resource(identity);
    if (resource == null) {
      throw notServed(identity);
    }
    ObjectMeta owner =
        resource.namespaced() && namespace.isEmpty() ? null : live(resource, identity);
    if (owner == null) {
      absent.put(reference.uid(), true);
      return OwnerState.GONE;
    }
    return owner.deletionTimestamp() != null && owner.finalizers().contains(OwnerGraph.FOREGROUND)
        ? OwnerState.WAITS_FOR_DEPENDENTS
        : OwnerState.THERE;
  }

  private static ApiException notServed(Identity identity) {
    return ApiException.of(
        StatusReason.NOT_FOUND,
        "no resource for %s %s".formatted(identity.apiVersion(), identity.kind()));
  }

  private Discovery.@Nullable Resource resource(Identity identity) {
    return discovery.ofKind(
        GroupVersionKind.of(identity.apiVersion(), identity.kind()).group(), identity.kind());
  }

  /** The object on the server; null if there is none, or another one by this name. */
  private @Nullable ObjectMeta live(Discovery.Resource resource, Identity identity) {
    try {
      JsonObject found = client.getJson(path(resource, identity.namespace(), identity.name()));
      ObjectMeta metadata = ObjectMeta.fromJson(found.objectOrEmpty("metadata"));
      return metadata.uid().equals(identity.uid()) ? metadata : null;
    } catch (ApiException refusal) {
      if (refusal.is(StatusReason.NOT_FOUND)) {
        return null;
      }
      throw refusal;
    }
  }

  private void setOwners(
      Discovery.Resource resource, ObjectMeta live, List<OwnerReference> owners) {
    List<Object> list = new ArrayList<>();
    owners.forEach(owner -> list.add(owner.toJson()));
    patch(resource, live, "ownerReferences", list);
  }

  private void removeFinalizer(Discovery.Resource resource, ObjectMeta live, String finalizer) {
    if (live.finalizers().contains(finalizer)) {
      List<Object> left = new ArrayList<>(live.finalizers());
      left.removeIf(finalizer::equals);
      patch(resource, live, "finalizers", left);
    }
  }

  private void patch(
      Discovery.Resource resource, ObjectMeta live, String field, List<Object> value) {
    JsonObject metadata =
        JsonObject.of("uid", live.uid(), "resourceVersion", live.resourceVersion(), field, value);
    try {
      client.call(
          "PATCH",
          path(resource, live.namespace(), live.name()),
          List.of(),
          Patch.merge(JsonObject.of("metadata", metadata)));
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND)) {
        throw refusal;
      }
    }
  }

  private void delete(Discovery.Resource resource, ObjectMeta live, String policy) {
    try {
      client.delete(
          resource.resource(),
          resource.namespaced() ? live.namespace() : "",
          live.name(),
          new DeleteOptions(null, policy, live.uid(), live.resourceVersion(), false));
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND)) {
        throw refusal;
      }
    }
  }

  private static String path(Discovery.Resource resource, String namespace, String name) {
    return Client.path(resource.resource(), resource.namespaced() ? namespace : "", name);
  }
}
