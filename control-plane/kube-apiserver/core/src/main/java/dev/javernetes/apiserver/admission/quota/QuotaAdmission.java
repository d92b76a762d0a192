package dev.javernetes.apiserver.admission.quota;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.admission.pod.Pods;
import dev.javernetes.apiserver.registry.ObjectWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what would exceed a quota of its namespace, and charges the quota for what it lets pass:
 * {@code status.used} is written with a precondition, so that two API servers never grant the same
 * room twice. Runs last, since what is refused later would stay charged until the quota controller
 * counts anew.
 */
public final class QuotaAdmission implements ValidatingAdmission {
  private static final GroupVersionResource QUOTAS =
      new GroupVersionResource("", "v1", "resourcequotas");
  private static final Set<String> COMPUTE =
      Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");
  private static final int ATTEMPTS = 8;

  private final ObjectIndex quotas;
  private final ObjectWriter writer;
  private final InstantSource clock;

  /** What was written last, for when the index still shows what was before. By uid. */
  private final Map<String, JsonObject> written = new ConcurrentHashMap<>();

  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  public QuotaAdmission(ObjectIndex quotas, ObjectWriter writer, InstantSource clock) {
    this.quotas = quotas;
    this.writer = writer;
    this.clock = clock;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE || operation == Operation.UPDATE;
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (request.namespace().isEmpty()
        || quotas.isEmpty(request.namespace())
        || !concerns(request)) {
      return;
    }
    // one namespace's quotas are charged one request at a time: cheaper than conflicts
    ReentrantLock lock = locks.computeIfAbsent(request.namespace(), unused -> new ReentrantLock());
    lock.lock();
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          charge(request);
          return;
        } catch (ApiException conflict) {
          if (!conflict.is(StatusReason.CONFLICT) || attempt == ATTEMPTS) {
            throw conflict;
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean concerns(AdmissionRequest request) {
    String resource = request.groupResource().toString();
    if (resource.equals("namespaces")) {
      return false;
    }
    if (resource.equals("pods") && request.subresource().equals("resize")) {
      return request.operation() == Operation.UPDATE;
    }
    if (!request.subresource().isEmpty()) {
      return false;
    }
    return request.operation() == Operation.CREATE
        || resource.equals("services")
        || resource.equals("persistentvolumeclaims");
  }

  private void charge(AdmissionRequest request) {
    GroupResource resource = request.groupResource();
    JsonObject object = request.requireObject();
    Map<String, Quantity> usage = Usage.of(resource, object, clock.instant());
    List<JsonObject> concerned = new ArrayList<>();
    for (JsonObject quota : current(request.namespace())) {
      Map<String, Quantity> hard = hard(quota);
      if (hard.keySet().stream().noneMatch(name -> isMeasured(resource, name, usage))
          || !QuotaScopes.match(quota, resource, object)) {
        continue;
      }
      checkConstraints(request, resource, quota, hard);
      checkStatusKnown(request, quota, hard, resource, usage);
      concerned.add(quota);
    }
    Map<String, Quantity> delta = delta(request, resource, usage);
    if (concerned.isEmpty() || delta.isEmpty()) {
      return;
    }
    List<JsonObject> charged = new ArrayList<>();
    for (JsonObject quota : concerned) {
      JsonObject changed = charged(request, quota, delta);
      if (changed != null) {
        charged.add(changed);
      }
    }
    if (!request.dryRun()) {
      charged.forEach(quota -> write(request.namespace(), quota));
    }
  }

  private void write(String namespace, JsonObject quota) {
    String uid = quota.objectOrEmpty("metadata").string("uid");
    try {
      written.put(uid, writer.update(QUOTAS, namespace, quota, "status"));
    } catch (ApiException refused) {
      written.remove(uid); // somebody else wrote: look at the index again
      throw refused;
    }
  }

  /** The namespace's quotas, each as new as we know it. */
  private List<JsonObject> current(String namespace) {
    return quotas.list(namespace).stream()
        .map(this::newest)
        .sorted(Comparator.comparing(one -> one.objectOrEmpty("metadata").string("name")))
        .toList();
  }

  private JsonObject newest(JsonObject indexed) {
    String uid = indexed.objectOrEmpty("metadata").string("uid");
    JsonObject ours = written.get(uid);
    if (ours == null) {
      return indexed;
    }
    if (version(ours) > version(indexed)) {
      return ours;
    }
    written.remove(uid, ours);
    return indexed;
  }

  private static long version(JsonObject object) {
    String version = object.objectOrEmpty("metadata").string("resourceVersion");
    return version.isEmpty() || !version.chars().allMatch(Character::isDigit)
        ? 0
        : Long.parseLong(version);
  }

  private static Map<String, Quantity> hard(JsonObject quota) {
    return Pods.quantities(quota.objectOrEmpty("status").object("hard"));
  }

  /** Whether the quota's resource is one that this kind of object can use at all. */
  private static boolean isMeasured(
      GroupResource resource, String name, Map<String, Quantity> usage) {
    if (usage.containsKey(name)) {
      return true;
    }
    return switch (resource.toString()) {
      case "pods" ->
          COMPUTE.contains(name)
              || name.endsWith("ephemeral-storage")
              || name.equals("pods")
              || name.startsWith("requests.hugepages-")
              || name.startsWith("hugepages-");
      case "persistentvolumeclaims" -> name.equals("requests.storage");
      default -> false;
    };
  }

  private static void checkStatusKnown(
      AdmissionRequest request,
      JsonObject quota,
      Map<String, Quantity> hard,
      GroupResource resource,
      Map<String, Quantity> usage) {
    JsonObject used = quota.objectOrEmpty("status").objectOrEmpty("used");
    List<String> unknown =
        hard.keySet().stream()
            .filter(name -> isMeasured(resource, name, usage) && !used.has(name))
            .toList();
    if (!unknown.isEmpty()) {
      throw Denials.forbidden(
          request,
          "status unknown for quota: %s, resources: %s"
              .formatted(
                  quota.objectOrEmpty("metadata").string("name"), String.join(",", unknown)));
    }
  }

  /** If cpu or memory is limited, every container must say how much it wants. */
  private static void checkConstraints(
      AdmissionRequest request,
      GroupResource resource,
      JsonObject quota,
      Map<String, Quantity> hard) {
    JsonObject spec = request.requireObject().objectOrEmpty("spec");
    if (!resource.toString().equals("pods") || hasPodLevel(spec)) {
      return;
    }
    Set<String> required = new TreeSet<>(hard.keySet());
    required.retainAll(COMPUTE);
    Map<String, Set<String>> missing = new TreeMap<>();
    for (JsonObject container : Pods.containers(spec, "containers", "initContainers")) {
      Map<String, Quantity> usage = new TreeMap<>();
      JsonObject resources = container.objectOrEmpty("resources");
      Usage.addCompute(
          usage,
          Pods.quantities(resources.object("requests")),
          Pods.quantities(resources.object("limits")));
      for (String name : required) {
        if (!usage.containsKey(name)) {
          missing.computeIfAbsent(name, unused -> new TreeSet<>()).add(container.string("name"));
        }
      }
    }
    if (!missing.isEmpty()) {
      List<String> parts = new ArrayList<>();
      missing.forEach(
          (name, containers) -> parts.add(name + " for: " + String.join(",", containers)));
      throw Denials.forbidden(
          request,
          "failed quota: %s: must specify %s"
              .formatted(quota.objectOrEmpty("metadata").string("name"), String.join("; ", parts)));
    }
  }

  private static boolean hasPodLevel(JsonObject spec) {
    JsonObject resources = spec.objectOrEmpty("resources");
    return !resources.objectOrEmpty("requests").isEmpty()
        || !resources.objectOrEmpty("limits").isEmpty();
  }

  private Map<String, Quantity> delta(
      AdmissionRequest request, GroupResource resource, Map<String, Quantity> usage) {
    Map<String, Quantity> delta = new TreeMap<>(usage);
    JsonObject old = request.oldObject();
    if (request.operation() == Operation.UPDATE && old != null) {
      Usage.of(resource, old, clock.instant())
          .forEach((name, before) -> delta.merge(name, before.negate(), Quantity::add));
    }
    delta.values().removeIf(Quantity::isZero);
    return delta;
  }

  /** The quota with the usage added; {@code null} if it is not touched. */
  private static @Nullable JsonObject charged(
      AdmissionRequest request, JsonObject quota, Map<String, Quantity> delta) {
    Map<String, Quantity> hard = hard(quota);
    Map<String, Quantity> used = Pods.quantities(quota.objectOrEmpty("status").object("used"));
    Map<String, Quantity> exceeded = new TreeMap<>();
    JsonObject changed = quota.deepCopy();
    boolean touched = false;
    for (Map.Entry<String, Quantity> entry : delta.entrySet()) {
      Quantity limit = hard.get(entry.getKey());
      if (limit == null) {
        continue;
      }
      Quantity total = used.getOrDefault(entry.getKey(), Quantity.ZERO).add(entry.getValue());
      if (entry.getValue().signum() > 0 && total.compareTo(limit) > 0) {
        exceeded.put(entry.getKey(), entry.getValue());
      }
      changed.ensureObject("status").ensureObject("used").put(entry.getKey(), total.toString());
      touched = true;
    }
    if (!exceeded.isEmpty()) {
      throw Denials.forbidden(
          request,
          "exceeded quota: %s, requested: %s, used: %s, limited: %s"
              .formatted(
                  quota.objectOrEmpty("metadata").string("name"),
                  text(exceeded.keySet(), delta),
                  text(exceeded.keySet(), used),
                  text(exceeded.keySet(), hard)));
    }
    return touched ? changed : null;
  }

  private static String text(Set<String> names, Map<String, Quantity> values) {
    List<String> parts = new ArrayList<>();
    for (String name : names) {
      parts.add(name + "=" + values.getOrDefault(name, Quantity.ZERO));
    }
    return String.join(",", parts);
  }
}
