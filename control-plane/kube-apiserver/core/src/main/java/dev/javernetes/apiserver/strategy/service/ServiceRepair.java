package dev.javernetes.apiserver.strategy.service;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.services.AddressRange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is guarded back in line with what services have, after a server that ended half way,
 * a restored backup or a careless hand: run it at the start and every few minutes.
 *
 * <pre>{@code
 * a service has 10.96.0.7, nothing guards it      an IPAddress is made
 * an IPAddress of the allocator, no such service  is deleted, once it is a minute old
 * a service has node port 30080, its bit is clear the bit is set
 * a bit is set, no service has the port           is cleared when seen so three times in a row
 * }</pre>
 *
 * <p>Young and seldom seen ones are left, since the service they are for may not be stored yet.
 */
public final class ServiceRepair implements Runnable {
  /** As often as upstream does it. */
  public static final Duration INTERVAL = Duration.ofMinutes(3);

  private static final Logger LOG = LoggerFactory.getLogger(ServiceRepair.class);
  private static final GroupResource SERVICES = new GroupResource("", "services");
  private static final Duration YOUNG = Duration.ofMinutes(1);
  private static final int ROUNDS_UNTIL_FREED = 3;

  private final ServiceNetwork network;
  private final Supplier<ObjectReader> reader;
  private final InstantSource clock;
  private final Map<Integer, Integer> roundsUnused = new HashMap<>();

  public ServiceRepair(ServiceNetwork network, Supplier<ObjectReader> reader, InstantSource clock) {
    this.network = network;
    this.reader = reader;
    this.clock = clock;
  }

  @Override
  public synchronized void run() {
    List<JsonObject> services = reader.get().list(SERVICES, "");
    addresses(services);
    ports(services);
  }

  private void addresses(List<JsonObject> services) {
    Set<String> wanted = new HashSet<>();
    for (JsonObject service : services) {
      for (String ip : ServiceTraits.allocatedIps(service)) {
        wanted.add(AddressRange.canonical(ip) + " " + name(service));
        guard(ip, service);
      }
    }
    Instant old = clock.instant().minus(YOUNG);
    for (JsonObject address : network.addresses()) {
      JsonObject metadata = address.objectOrEmpty("metadata");
      JsonObject parent = address.objectOrEmpty("spec").objectOrEmpty("parentRef");
      String key =
          metadata.string("name") + " " + parent.string("namespace") + "/" + parent.string("name");
      if (!wanted.contains(key) && createdBefore(metadata, old)) {
        LOG.warn("{}: no service has this address any more, it is given back", key);
        network.releaseAddress(metadata.string("name"), metadata.string("uid"));
      }
    }
  }

  private void guard(String ip, JsonObject service) {
    if (service.objectOrEmpty("metadata").has("deletionTimestamp")) {
      return;
    }
    try {
      if (network.guardAddress(ip, service)) {
        LOG.warn("service {} had {} without an IPAddress", name(service), ip);
      }
    } catch (ServiceNetwork.Taken taken) {
      LOG.error("service {} has {}, which is another one's: make it anew", name(service), ip);
    }
  }

  private static boolean createdBefore(JsonObject metadata, Instant when) {
    String created = metadata.string("creationTimestamp");
    return created.isEmpty() || Instant.parse(created).isBefore(when);
  }

  private void ports(List<JsonObject> services) {
    Set<Integer> used = new HashSet<>();
    for (JsonObject service : services) {
      ServiceTraits.nodePorts(service).forEach(port -> used.add(port.intValue()));
      long check = ServiceTraits.spec(service).integer("healthCheckNodePort");
      if (check != 0) {
        used.add((int) check);
      }
    }
    Set<Integer> freed = new HashSet<>();
    roundsUnused.forEach((port, rounds) -> {
      if (rounds >= ROUNDS_UNTIL_FREED - 1) {
        freed.add(port);
      }
    });
    Set<Integer> unused = network.repairPorts(used, freed);
    roundsUnused.keySet().retainAll(unused);
    unused.forEach(port -> roundsUnused.merge(port, 1, Integer::sum));
  }

  private static String name(JsonObject service) {
    JsonObject metadata = service.objectOrEmpty("metadata");
    return metadata.string("namespace") + "/" + metadata.string("name");
  }
}
