package dev.javernetes.apiserver.services;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.etcd.mvcc.Store;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives Services their cluster addresses and node ports. An address is claimed by creating the
 * IPAddress object of its name, which only one can (KEP-1880); a node port by a bit in a bitmap.
 */
public final class ServiceAllocator {
  private static final GroupVersionResource ADDRESSES =
      new GroupVersionResource("networking.k8s.io", "v1", "ipaddresses");
  private static final int TRIES = 1_000;

  private final List<AddressRange> ranges;
  private final PortBitmap ports;
  private final Supplier<ObjectReader> reader;
  private final Supplier<ObjectWriter> writer;
  private final RandomGenerator random;

  public ServiceAllocator(
      List<AddressRange> ranges,
      Store store,
      int firstPort,
      int lastPort,
      Supplier<ObjectReader> reader,
      Supplier<ObjectWriter> writer,
      RandomGenerator random) {
    this.ranges = List.copyOf(ranges);
    this.ports = new PortBitmap(store, firstPort, lastPort, random);
    this.reader = reader;
    this.writer = writer;
    this.random = random;
  }

  /** What was claimed so far, to be given back if the write fails. */
  private final class Claims implements Strategy.Allocation {
    final List<String> addresses = new ArrayList<>();
    final List<Integer> takenPorts = new ArrayList<>();
    final List<String> freedAddresses = new ArrayList<>();
    final List<Integer> freedPorts = new ArrayList<>();

    @Override
    public void confirm() {
      release(freedAddresses);
      ports.release(freedPorts);
    }

    @Override
    public void undo() {
      release(addresses);
      ports.release(takenPorts);
    }
  }

  /** Keeps what was allocated where an update leaves it out, as long as the type still needs it. */
  static void keepAllocated(JsonObject service, JsonObject old) {
    JsonObject spec = service.ensureObject("spec");
    JsonObject oldSpec = old.objectOrEmpty("spec");
    if (needsAddress(spec) && needsAddress(oldSpec)) {
      if (spec.string("clusterIP").isEmpty() && spec.strings("clusterIPs").isEmpty()) {
        copy(oldSpec, spec, "clusterIP");
        copy(oldSpec, spec, "clusterIPs");
      }
      if (!spec.has("ipFamilies")) {
        copy(oldSpec, spec, "ipFamilies");
      }
      if (!spec.has("ipFamilyPolicy")) {
        copy(oldSpec, spec, "ipFamilyPolicy");
      }
    }
    if (needsNodePorts(spec) && needsNodePorts(oldSpec)) {
      Map<String, Long> known = new LinkedHashMap<>();
      for (JsonObject port : oldSpec.objects("ports")) {
        known.put(portKey(port), port.integer("nodePort"));
      }
      Set<Long> given = new HashSet<>();
      spec.objects("ports").forEach(port -> given.add(port.integer("nodePort")));
      for (JsonObject port : spec.objects("ports")) {
        Long before = known.get(portKey(port));
        if (port.integer("nodePort") == 0 && before != null && before != 0 && given.add(before)) {
          port.put("nodePort", before);
        }
      }
    }
    if (needsHealthPort(spec) && needsHealthPort(oldSpec) && !spec.has("healthCheckNodePort")) {
      copy(oldSpec, spec, "healthCheckNodePort");
    }
  }

  /** Fills in families and their policy for a service that has addresses. */
  void chooseFamilies(JsonObject service) {
    JsonObject spec = service.ensureObject("spec");
    if (!needsAddress(spec) && !isHeadless(spec)) {
      return;
    }
    List<String> addresses = spec.strings("clusterIPs");
    String first = spec.string("clusterIP");
    if (addresses.isEmpty() && !first.isEmpty()) {
      addresses = List.of(first);
      spec.put("clusterIPs", new ArrayList<Object>(addresses));
    }
    boolean selectorless = spec.objectOrEmpty("selector").isEmpty();
    if (!spec.has("ipFamilyPolicy")) {
      boolean dual = spec.strings("ipFamilies").size() == 2 || addresses.size() == 2;
      spec.put(
          "ipFamilyPolicy",
          dual || isHeadless(spec) && selectorless ? "RequireDualStack" : "SingleStack");
    }
    if (!spec.has("ipFamilies") || spec.strings("ipFamilies").isEmpty()) {
      List<Object> families = new ArrayList<>();
      for (String address : addresses) {
        if (!address.equals("None")) {
          families.add(address.indexOf(':') >= 0 ? "IPv6" : "IPv4");
        }
      }
      if (families.isEmpty()) {
        families.add(ranges.getFirst().family());
      }
      boolean wantsTwo = !spec.string("ipFamilyPolicy").equals("SingleStack");
      boolean canHaveTwo = ranges.size() > 1 || isHeadless(spec) && selectorless;
      if (wantsTwo && canHaveTwo && families.size() == 1) {
        families.add(families.getFirst().equals("IPv4") ? "IPv6" : "IPv4");
      }
      spec.put("ipFamilies", families);
    }
  }

  Strategy.Allocation allocate(JsonObject service, @Nullable JsonObject old, boolean dryRun) {
    Claims claims = new Claims();
    boolean done = false;
    try {
      addresses(service, old, dryRun, claims);
      nodePorts(service, old, dryRun, claims);
      done = true;
      return dryRun ? Strategy.Allocation.NONE : claims;
    } finally {
      if (!done && !dryRun) {
        claims.undo();
      }
    }
  }

  private void addresses(
      JsonObject service, @Nullable JsonObject old, boolean dryRun, Claims claims) {
    JsonObject spec = service.ensureObject("spec");
    JsonObject oldSpec = old == null ? new JsonObject() : old.objectOrEmpty("spec");
    List<String> had = needsAddress(oldSpec) ? oldSpec.strings("clusterIPs") : List.of();
    if (!needsAddress(spec)) {
      claims.freedAddresses.addAll(had);
      return;
    }
    List<String> wanted = spec.strings("clusterIPs");
    List<Object> given = new ArrayList<>();
    List<String> families = spec.strings("ipFamilies");
    for (int i = 0; i < families.size(); i++) {
      String address = i < wanted.size() ? wanted.get(i) : "";
      if (!address.isEmpty() && had.contains(address)) {
        given.add(address);
      } else if (address.isEmpty()) {
        given.add(any(families.get(i), service, dryRun, claims));
      } else {
        certain(address, service, dryRun, claims);
        given.add(address);
      }
    }
    for (String former : had) {
      if (!given.contains(former)) {
        claims.freedAddresses.add(former);
      }
    }
    spec.put("clusterIP", given.getFirst());
    spec.put("clusterIPs", given);
  }

  private String any(String family, JsonObject service, boolean dryRun, Claims claims) {
    AddressRange range =
        ranges.stream().filter(one -> one.family().equals(family)).findFirst().orElse(null);
    if (range == null) {
      throw invalid(
          service, FieldPath.of("spec", "ipFamilies"), family, "not configured on this cluster");
    }
    long usable = range.usable();
    long band = usable > range.staticBand() ? range.staticBand() : 0;
    for (int i = 0; i < TRIES; i++) {
      // at random within the dynamic band; once that seems full, anywhere
      long index =
          i < TRIES / 2 && usable > band
              ? band + random.nextLong(usable - band)
              : random.nextLong(usable);
      String address = range.address(index);
      if (index > 0 && claim(address, service, dryRun, claims)) {
        return address;
      }
    }
    throw ApiException.internal("failed to allocate a serviceIP: range is full");
  }

  private void certain(String address, JsonObject service, boolean dryRun, Claims claims) {
    FieldPath path = FieldPath.of("spec", "clusterIPs");
    List<Object> shown = new ArrayList<>(List.of(address));
    if (ranges.stream().noneMatch(range -> range.contains(address))) {
      throw invalid(
          service,
          path,
          shown,
          "failed to allocate IP "
              + address
              + ": the provided IP ("
              + address
              + ") is not in the valid range. The range of valid IPs is "
              + ranges.getFirst());
    }
    if (!claim(address, service, dryRun, claims)) {
      throw invalid(
          service,
          path,
          shown,
          "failed to allocate IP " + address + ": provided IP is already allocated");
    }
  }

  private boolean claim(String address, JsonObject service, boolean dryRun, Claims claims) {
    if (dryRun) {
      return reader.get().get(ADDRESSES.groupResource(), "", address) == null;
    }
    JsonObject metadata = service.objectOrEmpty("metadata");
    try {
      writer
          .get()
          .create(
              ADDRESSES,
              "",
              JsonObject.of(
                  "kind",
                  "IPAddress",
                  "apiVersion",
                  "networking.k8s.io/v1",
                  "metadata",
                  JsonObject.of(
                      "name",
                      AddressRange.canonical(address),
                      "labels",
                      JsonObject.of(
                          "ipaddress.kubernetes.io/ip-family",
                          address.indexOf(':') >= 0 ? "IPv6" : "IPv4",
                          "ipaddress.kubernetes.io/managed-by",
                          "ipallocator.k8s.io")),
                  "spec",
                  JsonObject.of(
                      "parentRef",
                      JsonObject.of(
                          "resource",
                          "services",
                          "namespace",
                          metadata.string("namespace"),
                          "name",
                          metadata.string("name")))));
      claims.addresses.add(address);
      return true;
    } catch (ApiException taken) {
      if (taken.is(StatusReason.ALREADY_EXISTS)) {
        return false;
      }
      throw taken;
    }
  }

  private void nodePorts(
      JsonObject service, @Nullable JsonObject old, boolean dryRun, Claims claims) {
    JsonObject spec = service.ensureObject("spec");
    JsonObject oldSpec = old == null ? new JsonObject() : old.objectOrEmpty("spec");
    Set<Integer> had = usedPorts(oldSpec);
    Map<Integer, Set<String>> used = new LinkedHashMap<>();
    List<JsonObject> specPorts = spec.objects("ports");
    if (needsNodePorts(spec)) {
      for (int i = 0; i < specPorts.size(); i++) {
        JsonObject port = specPorts.get(i);
        int wanted = (int) port.integer("nodePort");
        if (wanted == 0) {
          continue;
        }
        boolean sharedHere = used.computeIfAbsent(wanted, unused -> new HashSet<>()).size() > 0;
        used.get(wanted).add(port.string("protocol"));
        if (!had.contains(wanted) && !sharedHere) {
          FieldPath path = FieldPath.of("spec", "ports").index(i).child("nodePort");
          takePort(wanted, service, path, dryRun, claims);
        }
      }
      for (JsonObject port : specPorts) {
        if (port.integer("nodePort") == 0) {
          int chosen = sibling(specPorts, port);
          if (chosen == 0) {
            chosen = anyPort(dryRun, claims);
          }
          port.put("nodePort", (long) chosen);
          used.computeIfAbsent(chosen, unused -> new HashSet<>()).add(port.string("protocol"));
        }
      }
    }
    if (needsHealthPort(spec)) {
      int wanted = (int) spec.integer("healthCheckNodePort");
      if (wanted == 0) {
        wanted = anyPort(dryRun, claims);
        spec.put("healthCheckNodePort", (long) wanted);
      } else if (!had.contains(wanted)) {
        takePort(wanted, service, FieldPath.of("spec", "healthCheckNodePort"), dryRun, claims);
      }
      used.computeIfAbsent(wanted, unused -> new HashSet<>());
    }
    for (int former : had) {
      if (!used.containsKey(former)) {
        claims.freedPorts.add(former);
      }
    }
  }

  /** One node port serves the same port over TCP and UDP. */
  private static int sibling(List<JsonObject> all, JsonObject port) {
    for (JsonObject other : all) {
      if (other != port
          && other.integer("port") == port.integer("port")
          && !other.string("protocol").equals(port.string("protocol"))
          && other.integer("nodePort") != 0) {
        return (int) other.integer("nodePort");
      }
    }
    return 0;
  }

  private void takePort(
      int port, JsonObject service, FieldPath path, boolean dryRun, Claims claims) {
    if (!ports.inRange(port)) {
      throw invalid(
          service,
          path,
          (long) port,
          "provided port is not in the valid range. The range of valid ports is " + ports.range());
    }
    boolean free = dryRun ? ports.isFree(port) : ports.take(port);
    if (!free) {
      throw invalid(service, path, (long) port, "provided port is already allocated");
    }
    if (!dryRun) {
      claims.takenPorts.add(port);
    }
  }

  private int anyPort(boolean dryRun, Claims claims) {
    Integer port = ports.takeAny(dryRun);
    if (port == null) {
      throw ApiException.internal("failed to allocate a nodePort: range is full");
    }
    if (!dryRun) {
      claims.takenPorts.add(port);
    }
    return port;
  }

  /** A deleted service gives everything back. */
  void releaseAll(JsonObject service) {
    JsonObject spec = service.objectOrEmpty("spec");
    if (needsAddress(spec)) {
      release(spec.strings("clusterIPs"));
    }
    ports.release(usedPorts(spec));
  }

  private void release(List<String> addresses) {
    for (String address : addresses) {
      try {
        writer.get().delete(ADDRESSES, "", AddressRange.canonical(address), null);
      } catch (ApiException problem) {
        if (!problem.is(StatusReason.NOT_FOUND)) {
          throw problem;
        }
      }
    }
  }

  private static Set<Integer> usedPorts(JsonObject spec) {
    Set<Integer> used = new HashSet<>();
    if (needsNodePorts(spec)) {
      for (JsonObject port : spec.objects("ports")) {
        if (port.integer("nodePort") != 0) {
          used.add((int) port.integer("nodePort"));
        }
      }
    }
    if (needsHealthPort(spec) && spec.integer("healthCheckNodePort") != 0) {
      used.add((int) spec.integer("healthCheckNodePort"));
    }
    return used;
  }

  private static boolean needsAddress(JsonObject spec) {
    return !spec.isEmpty() && !spec.string("type").equals("ExternalName") && !isHeadless(spec);
  }

  private static boolean isHeadless(JsonObject spec) {
    return spec.string("clusterIP").equals("None") || spec.strings("clusterIPs").contains("None");
  }

  private static boolean needsNodePorts(JsonObject spec) {
    return switch (spec.string("type")) {
      case "NodePort" -> true;
      case "LoadBalancer" ->
          !Boolean.FALSE.equals(spec.boolOrNull("allocateLoadBalancerNodePorts"))
              || spec.objects("ports").stream().anyMatch(port -> port.integer("nodePort") != 0);
      default -> false;
    };
  }

  private static boolean needsHealthPort(JsonObject spec) {
    return spec.string("type").equals("LoadBalancer")
        && spec.string("externalTrafficPolicy").equals("Local");
  }

  private static String portKey(JsonObject port) {
    return port.string("protocol") + "/" + port.integer("port");
  }

  private static void copy(JsonObject from, JsonObject to, String name) {
    if (from.has(name)) {
      to.put(name, dev.javernetes.api.machinery.json.Json.deepCopy(from.get(name)));
    }
  }

  private static ApiException invalid(
      JsonObject service, FieldPath path, Object value, String why) {
    ErrorList errors = new ErrorList();
    errors.invalid(path, value, why);
    return ApiException.invalid(
        "", "Service", service.objectOrEmpty("metadata").string("name"), errors);
  }
}
