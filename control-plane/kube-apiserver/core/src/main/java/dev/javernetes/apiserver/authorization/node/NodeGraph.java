package dev.javernetes.apiserver.authorization.node;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes have to do with which objects: for each secret, config map, claim … the nodes whose
 * pods refer to it, with a count of such pods.
 *
 * <pre>
 * node ← pod ← secret, configmap, serviceaccount, claim, resourceclaim
 * node ← pod ← claim ← volume ← secret
 * node ← volumeattachment, resourceslice, podcertificaterequest
 * </pre>
 *
 * <p>The first line is kept ready to look up; of the second the claim of each volume and the
 * volumes of each secret are kept, which makes it two or three lookups.
 */
final class NodeGraph implements AutoCloseable {

  /** What the graph knows of. */
  enum Type {
    POD,
    SECRET,
    CONFIG_MAP,
    SERVICE_ACCOUNT,
    CLAIM,
    VOLUME,
    RESOURCE_CLAIM,
    VOLUME_ATTACHMENT,
    RESOURCE_SLICE,
    POD_CERTIFICATE_REQUEST
  }

  private record Vertex(Type type, String namespace, String name) {}

  /** A pod's edges, and by what we see that they have not changed. */
  private record PodEdges(String uid, String node, Object changing, Set<Vertex> vertices) {}

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<Vertex, Map<String, Integer>> nodesOf = new HashMap<>();
  private final Map<Vertex, PodEdges> pods = new HashMap<>();
  private final Map<String, Vertex> claimOfVolume = new HashMap<>();
  private final Map<String, Set<Vertex>> secretsOfVolume = new HashMap<>();
  private final Map<Vertex, Set<String>> volumesOfSecret = new HashMap<>();
  private final Map<Vertex, String> singleNode = new HashMap<>();
  private final List<AutoCloseable> watches = new ArrayList<>();

  private NodeGraph() {}

  static NodeGraph over(ObjectReader reader) {
    NodeGraph graph = new NodeGraph();
    graph.watch(reader, new GroupResource("", "pods"), graph::putPod, graph::removePod);
    graph.watch(
        reader, new GroupResource("", "persistentvolumes"), graph::putVolume, graph::removeVolume);
    graph.watchSingle(
        reader, new GroupResource("storage.k8s.io", "volumeattachments"), Type.VOLUME_ATTACHMENT);
    graph.watchSingle(
        reader, new GroupResource("resource.k8s.io", "resourceslices"), Type.RESOURCE_SLICE);
    return graph;
  }

  /** Whether the object has to do with the node. */
  boolean related(String node, Type type, String namespace, String name) {
    lock.readLock().lock();
    try {
      Vertex vertex = new Vertex(type, namespace, name);
      if (directly(node, vertex)) {
        return true;
      }
      return switch (type) {
        case VOLUME -> throughClaim(node, name);
        case SECRET ->
            volumesOfSecret.getOrDefault(vertex, Set.of()).stream()
                .anyMatch(volume -> throughClaim(node, volume));
        case VOLUME_ATTACHMENT, RESOURCE_SLICE, POD_CERTIFICATE_REQUEST ->
            node.equals(singleNode.get(vertex));
        case POD, CONFIG_MAP, SERVICE_ACCOUNT, CLAIM, RESOURCE_CLAIM -> false;
      };
    } finally {
      lock.readLock().unlock();
    }
  }

  private boolean directly(String node, Vertex vertex) {
    Map<String, Integer> nodes = nodesOf.get(vertex);
    return nodes != null && nodes.containsKey(node);
  }

  private boolean throughClaim(String node, String volume) {
    Vertex claim = claimOfVolume.get(volume);
    return claim != null && directly(node, claim);
  }

  void putPod(JsonObject pod) {
    JsonObject metadata = pod.objectOrEmpty("metadata");
    JsonObject spec = pod.objectOrEmpty("spec");
    String node = spec.string("nodeName");
    Vertex key = new Vertex(Type.POD, metadata.string("namespace"), metadata.string("name"));
    if (node.isEmpty()) {
      return;
    }
    // what can still change of a bound pod's references
    List<@Nullable Object> changing =
        java.util.Arrays.asList(
            spec.get("ephemeralContainers"), PodReferences.resourceClaimNames(pod));
    lock.writeLock().lock();
    try {
      PodEdges before = pods.get(key);
      if (before != null
          && before.node.equals(node)
          && before.uid.equals(metadata.string("uid"))
          && before.changing.equals(changing)) {
        return;
      }
      forget(before);
      Set<Vertex> vertices = references(pod, key);
      pods.put(key, new PodEdges(metadata.string("uid"), node, changing, vertices));
      vertices.forEach(vertex ->
          nodesOf.computeIfAbsent(vertex, unused -> new HashMap<>(2)).merge(node, 1, Integer::sum));
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void removePod(JsonObject pod) {
    JsonObject metadata = pod.objectOrEmpty("metadata");
    lock.writeLock().lock();
    try {
      forget(
          pods.remove(new Vertex(Type.POD, metadata.string("namespace"), metadata.string("name"))));
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void forget(@Nullable PodEdges edges) {
    if (edges == null) {
      return;
    }
    for (Vertex vertex : edges.vertices) {
      Map<String, Integer> nodes = nodesOf.get(vertex);
      if (nodes != null
          && nodes.computeIfPresent(edges.node, (node, count) -> count == 1 ? null : count - 1)
              == null
          && nodes.isEmpty()) {
        nodesOf.remove(vertex);
      }
    }
  }

  /** A mirror pod gives no access to anything: a kubelet writes it itself. */
  private static Set<Vertex> references(JsonObject pod, Vertex key) {
    Set<Vertex> vertices = new LinkedHashSet<>();
    vertices.add(key);
    if (pod.objectOrEmpty("metadata")
        .objectOrEmpty("annotations")
        .has("kubernetes.io/config.mirror")) {
      return vertices;
    }
    String namespace = key.namespace;
    String account = pod.objectOrEmpty("spec").string("serviceAccountName");
    if (!account.isEmpty()) {
      vertices.add(new Vertex(Type.SERVICE_ACCOUNT, namespace, account));
    }
    addAll(vertices, Type.SECRET, namespace, PodReferences.secretNames(pod));
    addAll(vertices, Type.CONFIG_MAP, namespace, PodReferences.configMapNames(pod));
    addAll(vertices, Type.CLAIM, namespace, PodReferences.claimNames(pod));
    addAll(vertices, Type.RESOURCE_CLAIM, namespace, PodReferences.resourceClaimNames(pod));
    return vertices;
  }

  private static void addAll(Set<Vertex> vertices, Type type, String namespace, Set<String> names) {
    names.forEach(name -> vertices.add(new Vertex(type, namespace, name)));
  }

  void putVolume(JsonObject volume) {
    String name = volume.objectOrEmpty("metadata").string("name");
    JsonObject spec = volume.objectOrEmpty("spec");
    lock.writeLock().lock();
    try {
      forgetVolume(name);
      if (!spec.has("claimRef")) {
        return;
      }
      JsonObject claim = spec.objectOrEmpty("claimRef");
      claimOfVolume.put(
          name, new Vertex(Type.CLAIM, claim.string("namespace"), claim.string("name")));
      Set<Vertex> secrets =
          VolumeSecrets.visibleToKubelet(spec).stream()
              .map(secret -> new Vertex(Type.SECRET, secret.namespace(), secret.name()))
              .collect(java.util.stream.Collectors.toSet());
      secretsOfVolume.put(name, secrets);
      secrets.forEach(secret ->
          volumesOfSecret.computeIfAbsent(secret, unused -> new LinkedHashSet<>()).add(name));
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void removeVolume(JsonObject volume) {
    lock.writeLock().lock();
    try {
      forgetVolume(volume.objectOrEmpty("metadata").string("name"));
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void forgetVolume(String name) {
    claimOfVolume.remove(name);
    Set<Vertex> secrets = secretsOfVolume.remove(name);
    if (secrets != null) {
      for (Vertex secret : secrets) {
        Set<String> volumes = volumesOfSecret.get(secret);
        if (volumes != null && volumes.remove(name) && volumes.isEmpty()) {
          volumesOfSecret.remove(secret);
        }
      }
    }
  }

  /** Objects that name one node in {@code spec.nodeName}. */
  private void watchSingle(ObjectReader reader, GroupResource resource, Type type) {
    watch(
        reader,
        resource,
        object -> setSingle(type, object, object.objectOrEmpty("spec").string("nodeName")),
        object -> setSingle(type, object, ""));
  }

  private void setSingle(Type type, JsonObject object, String node) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    Vertex vertex = new Vertex(type, metadata.string("namespace"), metadata.string("name"));
    lock.writeLock().lock();
    try {
      if (node.isEmpty()) {
        singleNode.remove(vertex);
      } else {
        singleNode.put(vertex, node);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void watch(
      ObjectReader reader,
      GroupResource resource,
      Consumer<JsonObject> changed,
      Consumer<JsonObject> deleted) {
    watches.add(
        reader.watch(
            resource,
            new ObjectReader.ObjectListener() {
              @Override
              public void changed(JsonObject object) {
                changed.accept(object);
              }

              @Override
              public void deleted(JsonObject lastState) {
                deleted.accept(lastState);
              }
            }));
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable watch : watches) {
      watch.close();
    }
  }
}
