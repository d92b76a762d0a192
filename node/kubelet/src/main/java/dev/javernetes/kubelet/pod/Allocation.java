package dev.javernetes.kubelet.pod;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerResizePolicy;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.ResourceRequirements;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.container.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's containers have been given, and what their cgroups have been set to (KEP-1287).
 *
 * <p>A resize changes the spec. The kubelet first decides whether the node can give it ({@link
 * #allocate}), then sets it ({@link #actuated}): spec 2 CPUs, allocated 2, actuated 1 is a resize
 * in progress. Kept in the pod's directory, so that a restarted kubelet neither forgets nor
 * repeats. Owned by one pod's worker.
 */
final class Allocation {
  private static final ResourceRequirements NONE = ResourceRequirements.builder().build();

  private final Path file;
  private final Map<String, ResourceRequirements> allocated = new HashMap<>();
  private final Map<String, ResourceRequirements> actuated = new HashMap<>();
  private boolean loaded;

  Allocation(Path file) {
    this.file = file;
  }

  /** The pod as it may run: its spec with what has been allocated. */
  Pod effective(Pod pod) {
    load();
    for (Container container : resizable(pod)) {
      allocated.putIfAbsent(container.name(), resources(container));
    }
    if (!resizeAsked(pod)) {
      return pod;
    }
    return pod.toBuilder()
        .spec(
            pod.spec().toBuilder()
                .containers(given(pod.spec().containers()))
                .initContainers(given(pod.spec().initContainers()))
                .build())
        .build();
  }

  /** Whether the spec asks for something else than was allocated. */
  boolean resizeAsked(Pod pod) {
    return resizable(pod).stream()
        .anyMatch(container ->
            !resources(container)
                .equals(allocated.getOrDefault(container.name(), resources(container))));
  }

  /** The node gives what the spec asks for. */
  void allocate(Pod pod) throws IOException {
    resizable(pod).forEach(container -> allocated.put(container.name(), resources(container)));
    store();
  }

  /** A container was created with, or set to, these. */
  void actuated(Container container) throws IOException {
    ResourceRequirements now = resources(container);
    ResourceRequirements before = actuated.put(container.name(), now);
    if (!now.equals(before == null ? NONE : before)) {
      store();
    }
  }

  /**
   * What its cgroup has; what was allocated where nothing is known (an older kubelet's container).
   */
  ResourceRequirements actual(Container container) {
    ResourceRequirements known = actuated.get(container.name());
    return known == null ? allocated.getOrDefault(container.name(), resources(container)) : known;
  }

  /** Of {@code effective}'s running containers, those whose cgroups lag behind. */
  List<Container> lagging(Pod effective) {
    List<Container> lagging = new ArrayList<>();
    for (Container container : resizable(effective)) {
      if (differs(container, actual(container))) {
        lagging.add(container);
      }
    }
    return lagging;
  }

  /** Whether this container's policy asks for a restart where its resources change so. */
  boolean needsRestart(Container container) {
    ResourceRequirements actual = actual(container);
    for (ContainerResizePolicy policy : container.resizePolicy()) {
      if (policy.restartPolicy().equals("RestartContainer")
          && changed(policy.resourceName(), resources(container), actual)) {
        return true;
      }
    }
    return false;
  }

  private static boolean differs(Container container, ResourceRequirements actual) {
    return changed(Resources.CPU, resources(container), actual)
        || changed(Resources.MEMORY, resources(container), actual);
  }

  private static boolean changed(
      String resource, ResourceRequirements one, ResourceRequirements other) {
    return !Objects.equals(amount(one.requests(), resource), amount(other.requests(), resource))
        || !Objects.equals(amount(one.limits(), resource), amount(other.limits(), resource));
  }

  private static long amount(Map<String, Quantity> list, String resource) {
    return Resources.amount(list, resource);
  }

  private List<Container> given(List<Container> containers) {
    return containers.stream()
        .map(container -> {
          ResourceRequirements given = allocated.get(container.name());
          return given == null ? container : container.toBuilder().resources(given).build();
        })
        .toList();
  }

  /** Regular containers and sidecars; the others end before anybody could resize them. */
  private static List<Container> resizable(Pod pod) {
    List<Container> containers = new ArrayList<>(PodContainers.regular(pod));
    PodContainers.init(pod).stream().filter(PodContainers::isSidecar).forEach(containers::add);
    return containers;
  }

  private static ResourceRequirements resources(Container container) {
    return container.resources() == null ? NONE : container.resources();
  }

  private void load() {
    if (loaded) {
      return;
    }
    loaded = true;
    if (!Files.isRegularFile(file)) {
      return;
    }
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(file));
      read(json.objectOrEmpty("allocated"), allocated);
      read(json.objectOrEmpty("actuated"), actuated);
    } catch (IOException | JsonSyntaxException broken) {
      allocated.clear(); // as if never resized: the spec is what counts
      actuated.clear();
    }
  }

  private static void read(JsonObject json, Map<String, ResourceRequirements> into) {
    for (String name : json.keySet()) {
      @Nullable JsonObject value = json.object(name);
      if (value != null) {
        into.put(name, ResourceRequirements.fromJson(value));
      }
    }
  }

  private void store() throws IOException {
    JsonObject json = JsonObject.of("allocated", write(allocated), "actuated", write(actuated));
    Files.createDirectories(file.getParent());
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(temporary, Json.bytes(json));
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static JsonObject write(Map<String, ResourceRequirements> map) {
    JsonObject json = new JsonObject();
    map.forEach((name, resources) -> json.put(name, resources.toJson()));
    return json;
  }
}
