package dev.javernetes.controllermanager.resourcequota;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.ResourceQuota;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.controllermanager.loop.PodStates;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * What is used of the names that a quota limits. Pure.
 *
 * <p>{@code requests.cpu}: the pods' that have not ended; {@code services.nodeports}: the ports of
 * Services of both types that have them; {@code count/deployments.apps} and {@code secrets}: how
 * many objects there are.
 */
final class QuotaUsage {
  private static final String CLASS_MARK = ".storageclass.storage.k8s.io/";

  private QuotaUsage() {}

  /** {@code count}: how many objects of a {@code resource.group} the namespace has. */
  static Map<String, Quantity> of(
      ResourceQuota quota,
      List<Pod> pods,
      List<Service> services,
      List<PersistentVolumeClaim> claims,
      ToIntFunction<String> count) {
    Map<String, Quantity> podSum = new TreeMap<>();
    boolean scoped = !quota.spec().scopes().isEmpty() || quota.spec().scopeSelector() != null;
    for (Pod pod : pods) {
      if (!PodStates.finished(pod) && PodUsage.inScopes(quota, pod)) {
        PodUsage.of(pod).forEach((name, amount) -> podSum.merge(name, amount, Quantity::add));
      }
    }
    Map<String, Quantity> used = new TreeMap<>();
    for (String name : quota.spec().hard().keySet()) {
      Quantity amount;
      if (podName(name)) {
        amount = podSum.getOrDefault(name, Quantity.ZERO);
      } else if (scoped) {
        amount = Quantity.ZERO; // scopes select pods; other objects are in none
      } else {
        amount = other(name, services, claims, count);
      }
      used.put(name, amount);
    }
    return used;
  }

  private static boolean podName(String name) {
    return name.equals("pods")
        || name.equals("cpu")
        || name.equals("memory")
        || name.equals("ephemeral-storage")
        || name.startsWith("limits.")
        || (name.startsWith("requests.") && !name.equals("requests.storage"));
  }

  private static Quantity other(
      String name,
      List<Service> services,
      List<PersistentVolumeClaim> claims,
      ToIntFunction<String> count) {
    int mark = name.indexOf(CLASS_MARK);
    if (mark >= 0) {
      String storageClass = name.substring(0, mark);
      return claims(
          claims.stream()
              .filter(claim -> storageClass.equals(claim.spec().storageClassName()))
              .toList(),
          name.substring(mark + CLASS_MARK.length()));
    }
    return switch (name) {
      case "requests.storage", "persistentvolumeclaims" -> claims(claims, name);
      case "services.loadbalancers" ->
          Quantity.of(
              services.stream().filter(s -> s.spec().type().equals("LoadBalancer")).count());
      case "services.nodeports" ->
          Quantity.of(
              services.stream()
                  .filter(s ->
                      s.spec().type().equals("NodePort")
                          || (s.spec().type().equals("LoadBalancer")
                              && !Boolean.FALSE.equals(s.spec().allocateLoadBalancerNodePorts())))
                  .mapToLong(s -> s.spec().ports().size())
                  .sum());
      default ->
          Quantity.of(count.applyAsInt(name.startsWith("count/") ? name.substring(6) : name));
    };
  }

  private static Quantity claims(List<PersistentVolumeClaim> claims, String what) {
    if (what.equals("persistentvolumeclaims")) {
      return Quantity.of(claims.size());
    }
    Quantity sum = Quantity.ZERO;
    for (PersistentVolumeClaim claim : claims) {
      if (claim.spec().resources() != null) {
        Quantity asked = claim.spec().resources().requests().get("storage");
        sum = asked == null ? sum : sum.add(asked);
      }
    }
    return sum;
  }
}
