package dev.javernetes.apiserver.strategy.service;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import dev.javernetes.apiserver.strategy.IpRules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The addresses and node ports of a cluster's services. An address is guarded by an IPAddress object, so
 * that two servers never give the same one; node ports are guarded within one server.
 */
public final class ServiceNetwork {
  private static final GroupResource SERVICES = new GroupResource("", "services");
  private static final GroupResource ADDRESSES = new GroupResource("networking.k8s.io", "ipaddresses");
  private static final GroupVersionResource ADDRESSES_V1 =
      new GroupVersionResource("networking.k8s.io", "v1", "ipaddresses");
  private static final Duration ASKED = Duration.ofSeconds(5);
  private static final Duration WRITTEN = Duration.ofSeconds(30);

  private final List<AddressRange> ranges;
  private final int firstPort;
  private final int lastPort;
  private final RandomGenerator random;
  private final Claims<String> addresses = new Claims<>();
  private final Claims<Long> ports = new Claims<>();
  private @Nullable Objects objects;
  private boolean watching;

  private record Objects(ObjectReader reader, ObjectWriter writer) {}

  /** {@code cidrs}: one range, or one of each family with the preferred one first. */
  public ServiceNetwork(List<String> cidrs, int firstPort, int lastPort, RandomGenerator random) {
    ranges = cidrs.stream().map(AddressRange::parse).toList();
    this.firstPort = firstPort;
    this.lastPort = lastPort;
    this.random = random;
  }

  /** To be called before the first service is written. */
  public synchronized void connect(ObjectReader reader, ObjectWriter writer) {
    objects = new Objects(reader, writer);
  }

  private synchronized @Nullable Objects objects() {
    Objects connected = objects;
    if (connected != null && !watching) {
      watching = true;
      connected.reader().watch(SERVICES, new Listener(service -> track(service, true), service -> track(service, false)));
      connected
          .reader()
          .watch(
              ADDRESSES,
              new Listener(
                  address -> addresses.store("/" + name(address), Set.of(name(address))),
                  address -> addresses.store("/" + name(address), Set.of())));
    }
    return connected;
  }

  private record Listener(Consumer<JsonObject> onChange, Consumer<JsonObject> onDelete)
      implements ObjectReader.ObjectListener {
    @Override
    public void changed(JsonObject object) {
      onChange.accept(object);
    }

    @Override
    public void deleted(JsonObject lastState) {
      onDelete.accept(lastState);
    }
  }

  private static String name(JsonObject object) {
    return object.objectOrEmpty("metadata").string("name");
  }

  private void track(JsonObject service, boolean there) {
    JsonObject metadata = service.objectOrEmpty("metadata");
    String owner = metadata.string("namespace") + "/" + metadata.string("name");
    Set<Long> numbers = new HashSet<>();
    if (there) {
      numbers.addAll(ServiceTraits.nodePorts(service));
      numbers.add(ServiceTraits.spec(service).integer("healthCheckNodePort"));
      numbers.remove(0L);
    }
    ports.store(owner, numbers);
    addresses.store(owner, there ? new HashSet<>(ServiceTraits.allocatedIps(service)) : Set.of());
  }

  List<String> families() {
    return ranges.stream().map(AddressRange::family).distinct().toList();
  }

  /** Throws {@link Taken} if there is none. */
  String chooseAddress(String family, Instant now) throws Taken {
    objects();
    for (AddressRange range : ranges) {
      if (range.family().equals(family)) {
        String ip = range.choose(random, each -> addresses.claim(each, now, ASKED));
        if (ip != null) {
          return ip;
        }
      }
    }
    throw new Taken("range is full");
  }

  void claimAddress(String ip, Instant now, boolean dryRun) throws Taken {
    objects();
    if (ranges.stream().noneMatch(range -> range.contains(ip))) {
      throw new Taken("the provided network does not match the current range");
    }
    if (dryRun ? !addresses.isFree(ip, now) : !addresses.claim(ip, now, ASKED)) {
      throw new Taken("provided IP is already allocated");
    }
  }

  long choosePort(Instant now) throws Taken {
    objects();
    int size = lastPort - firstPort + 1;
    int reserved = Math.min(Math.max(size / 32, 16), 128);
    int start = size > 2 * reserved ? firstPort + reserved : firstPort;
    int offset = random.nextInt(lastPort - start + 1);
    for (int i = 0; i <= lastPort - start; i++) {
      long port = start + (offset + i) % (lastPort - start + 1);
      if (ports.claim(port, now, ASKED)) {
        return port;
      }
    }
    for (long port = firstPort; port < start; port++) {
      if (ports.claim(port, now, ASKED)) {
        return port;
      }
    }
    throw new Taken("range is full");
  }

  void claimPort(long port, Instant now, boolean dryRun) throws Taken {
    objects();
    if (port < firstPort || port > lastPort) {
      throw new Taken(
          "provided port is not in the valid range. The range of valid ports is " + firstPort + "-" + lastPort);
    }
    if (dryRun ? !ports.isFree(port, now) : !ports.claim(port, now, ASKED)) {
      throw new Taken("provided port is already allocated");
    }
  }

  /** Makes what a service claimed last until it is stored; throws if another server was faster. */
  List<String> guard(JsonObject service, List<String> newIps, Set<Long> newPorts, Instant now) throws Taken {
    Objects connected = objects();
    List<String> created = new ArrayList<>();
    newPorts.forEach(port -> ports.keep(port, now, WRITTEN));
    for (String ip : newIps) {
      addresses.keep(ip, now, WRITTEN);
      if (connected == null) {
        continue;
      }
      try {
        connected.writer().create(ADDRESSES_V1, "", address(ip, service));
        created.add(ip);
      } catch (ApiException problem) {
        if (!problem.is(StatusReason.ALREADY_EXISTS) || !isOwn(connected, ip, service)) {
          created.forEach(this::release);
          throw new Taken(
              problem.is(StatusReason.ALREADY_EXISTS) ? "provided IP is already allocated" : problem.getMessage());
        }
      }
    }
    return created;
  }

  private static boolean isOwn(Objects connected, String ip, JsonObject service) {
    JsonObject address = connected.reader().get(ADDRESSES, "", ip);
    return address != null && parent(service).equals(address.at("spec", "parentRef"));
  }

  private static JsonObject parent(JsonObject service) {
    JsonObject metadata = service.objectOrEmpty("metadata");
    return JsonObject.of(
        "group", "",
        "resource", "services",
        "namespace", metadata.string("namespace"),
        "name", metadata.string("name"));
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
                "ipaddress.kubernetes.io/managed-by",
                "ipallocator.k8s.io")),
        "spec",
        JsonObject.of("parentRef", parent(service)));
  }

  /** Gives an address back. */
  void release(String ip) {
    addresses.release(ip);
    Objects connected = objects();
    if (connected != null) {
      try {
        connected.writer().delete(ADDRESSES_V1, "", ip, null);
      } catch (ApiException alreadyGone) {
        // nothing is left to give back
      }
    }
  }

  /** Gives a port back. */
  void release(long port) {
    ports.release(port);
  }

  /** A value that cannot be had; the message is upstream's. */
  static final class Taken extends Exception {
    private static final long serialVersionUID = 1L;

    Taken(@Nullable String message) {
      super(message);
    }
  }
}
