package dev.javernetes.apiserver.strategy.service;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import dev.javernetes.apiserver.services.AddressRange;
import dev.javernetes.apiserver.services.PortBitmap;
import dev.javernetes.apiserver.strategy.IpRules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The addresses and node ports of a cluster's services. An address is guarded by an IPAddress
 * object (KEP-1880), a node port by a bit in the store, so that two servers never give the same.
 * They are chosen before a service is validated and guarded after; what is chosen is held for some
 * seconds, so that requests do not choose the same and a refused one leaves nothing behind.
 */
public final class ServiceNetwork {
  private static final GroupVersionResource ADDRESSES =
      new GroupVersionResource("networking.k8s.io", "v1", "ipaddresses");
  private static final GroupResource RANGES =
      new GroupResource("networking.k8s.io", "servicecidrs");
  private static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
  private static final String ALLOCATOR = "ipallocator.k8s.io";
  private static final int TRIES = 1_000;
  private static final int SWEEP_EVERY = 64;
  private static final Duration HELD = Duration.ofSeconds(10);

  private final List<AddressRange> ranges;
  private final PortBitmap ports;
  private final Supplier<ObjectReader> reader;
  private final Supplier<ObjectWriter> writer;
  private final RandomGenerator random;
  private final Map<Object, Instant> held = new HashMap<>();

  /** {@code ranges}: one, or one of each family with the preferred one first. */
  public ServiceNetwork(
      List<AddressRange> ranges,
      PortBitmap ports,
      Supplier<ObjectReader> reader,
      Supplier<ObjectWriter> writer,
      RandomGenerator random) {
    this.ranges = List.copyOf(ranges);
    this.ports = ports;
    this.reader = reader;
    this.writer = writer;
    this.random = random;
  }

  List<String> families() {
    return ranges.stream().map(AddressRange::family).distinct().toList();
  }

  /** Keeps others from choosing the same for a while; false if another has it. */
  private synchronized boolean hold(Object value, Instant now) {
    Instant end = held.get(value);
    if (end != null && end.isAfter(now)) {
      return false;
    }
    if (held.size() % SWEEP_EVERY == SWEEP_EVERY - 1) {
      held.values().removeIf(each -> each.isBefore(now));
    }
    held.put(value, now.plus(HELD));
    return true;
  }

  private synchronized boolean isHeld(Object value, Instant now) {
    Instant end = held.get(value);
    return end != null && end.isAfter(now);
  }

  private synchronized void drop(Object value) {
    held.remove(value);
  }

  String chooseAddress(String family, Instant now) throws Taken {
    for (AddressRange range : allRanges()) {
      long usable = range.usable();
      long band = usable > range.staticBand() ? range.staticBand() : 0;
      for (int i = 0; usable > 0 && range.family().equals(family) && i < TRIES; i++) {
        // at random within the dynamic band; once that seems full, anywhere
        long index =
            i < TRIES / 2 ? band + random.nextLong(usable - band) : random.nextLong(usable);
        String ip = range.address(index);
        boolean ofApiServer = index == 0 && ranges.contains(range);
        if (!ofApiServer && hold(ip, now) && isUnused(ip)) {
          return ip;
        }
      }
    }
    throw new Taken("range is full");
  }

  /** The server's own ranges, then those of the ServiceCIDRs that are ready. */
  private List<AddressRange> allRanges() {
    List<AddressRange> all = new ArrayList<>(ranges);
    for (JsonObject range : reader.get().list(RANGES, "")) {
      for (String cidr : range.objectOrEmpty("spec").strings("cidrs")) {
        AddressRange added = AddressRange.parse(cidr);
        if (isReady(range) && !all.contains(added)) {
          all.add(added);
        }
      }
    }
    return all;
  }

  /** Also if nobody has said so: the controller may not run. */
  private static boolean isReady(JsonObject range) {
    return !range.objectOrEmpty("metadata").has("deletionTimestamp")
        && range.objectOrEmpty("status").objects("conditions").stream()
            .filter(condition -> condition.string("type").equals("Ready"))
            .allMatch(condition -> condition.string("status").equals("True"));
  }

  private boolean isUnused(String ip) {
    return reader.get().get(ADDRESSES.groupResource(), "", ip) == null;
  }

  void claimAddress(String ip, Instant now, boolean dryRun) throws Taken {
    if (allRanges().stream().noneMatch(range -> range.contains(ip))) {
      throw new Taken("the provided network does not match the current range");
    }
    String canonical = AddressRange.canonical(ip);
    if (isHeld(canonical, now) || !isUnused(canonical) || !dryRun && !hold(canonical, now)) {
      throw new Taken("provided IP is already allocated");
    }
  }

  long choosePort(Instant now) throws Taken {
    Integer port = ports.find(number -> hold(number, now));
    if (port == null) {
      throw new Taken("range is full");
    }
    return port;
  }

  void claimPort(long port, Instant now, boolean dryRun) throws Taken {
    if (port < 0 || port > Integer.MAX_VALUE || !ports.inRange((int) port)) {
      throw new Taken(
          "provided port is not in the valid range. The range of valid ports is " + ports.range());
    }
    if (isHeld(port, now) || !ports.isFree((int) port) || !dryRun && !hold(port, now)) {
      throw new Taken("provided port is already allocated");
    }
  }

  /**
   * Makes another server unable to take an address; {@code false} if the service has it already.
   */
  boolean guardAddress(String ip, JsonObject service) throws Taken {
    String name = AddressRange.canonical(ip);
    drop(name);
    try {
      writer.get().create(ADDRESSES, "", address(name, service));
      return true;
    } catch (ApiException problem) {
      if (!problem.is(StatusReason.ALREADY_EXISTS)) {
        throw problem;
      }
      if (!isOwn(name, service)) {
        throw new Taken("provided IP is already allocated");
      }
      return false;
    }
  }

  /** Makes another server unable to take a port. */
  void guardPort(long port) throws Taken {
    drop(port);
    if (!ports.take((int) port)) {
      throw new Taken("provided port is already allocated");
    }
  }

  private boolean isOwn(String name, JsonObject service) {
    JsonObject address = reader.get().get(ADDRESSES.groupResource(), "", name);
    if (address == null) {
      return false;
    }
    JsonObject parent = address.objectOrEmpty("spec").objectOrEmpty("parentRef");
    JsonObject metadata = service.objectOrEmpty("metadata");
    return parent.string("resource").equals("services")
        && parent.string("namespace").equals(metadata.string("namespace"))
        && parent.string("name").equals(metadata.string("name"));
  }

  private static JsonObject parent(JsonObject service) {
    JsonObject metadata = service.objectOrEmpty("metadata");
    return JsonObject.of(
        "group",
        "",
        "resource",
        "services",
        "namespace",
        metadata.string("namespace"),
        "name",
        metadata.string("name"));
  }

  private static JsonObject address(String ip, JsonObject service) {
    return JsonObject.of(
        "apiVersion",
        "networking.k8s.io/v1",
        "kind",
        "IPAddress",
        "metadata",
        JsonObject.of(
            "name",
            ip,
            "labels",
            JsonObject.of(
                "ipaddress.kubernetes.io/ip-family",
                IpRules.isV6(ip) ? "IPv6" : "IPv4",
                MANAGED_BY,
                ALLOCATOR)),
        "spec",
        JsonObject.of("parentRef", parent(service)));
  }

  /** The addresses that services were given, each an IPAddress. */
  List<JsonObject> addresses() {
    return reader.get().list(ADDRESSES.groupResource(), "").stream()
        .filter(address ->
            ALLOCATOR.equals(
                address.objectOrEmpty("metadata").objectOrEmpty("labels").string(MANAGED_BY)))
        .toList();
  }

  /** Gives an address back. */
  void releaseAddress(String ip) {
    releaseAddress(ip, null);
  }

  /** {@code uid}: of the IPAddress that is meant, {@code null} for whichever there is. */
  void releaseAddress(String ip, @Nullable String uid) {
    try {
      writer.get().delete(ADDRESSES, "", AddressRange.canonical(ip), uid);
    } catch (ApiException problem) {
      if (!problem.is(StatusReason.NOT_FOUND)) {
        throw problem;
      }
    }
  }

  /** Sets the bits of ports in use, clears those to be freed; answers which have no service. */
  Set<Integer> repairPorts(Set<Integer> used, Set<Integer> freed) {
    return ports.repair(used, freed);
  }

  /** Gives ports back. */
  void releasePorts(Collection<Long> numbers) {
    ports.release(numbers.stream().map(Long::intValue).toList());
  }

  /** A value that cannot be had; the message is upstream's. */
  static final class Taken extends Exception {
    private static final long serialVersionUID = 1L;

    Taken(@Nullable String message) {
      super(message);
    }
  }
}
