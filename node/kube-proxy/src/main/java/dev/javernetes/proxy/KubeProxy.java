package dev.javernetes.proxy;

import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.discovery.v1.EndpointSlice;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.Informers;
import dev.javernetes.client.Timers;
import dev.javernetes.proxy.rules.ServicePort;
import dev.javernetes.proxy.rules.ServicePorts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the data plane at what Services and EndpointSlices say. Any change asks for a sync; syncs
 * follow each other no faster than {@code minSyncPeriod}, so that a thousand endpoints that come at
 * once cost a few syncs, not a thousand. A sync that failed is tried again.
 */
public final class KubeProxy implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KubeProxy.class);
  private static final Duration FIRST_LIST_PATIENCE = Duration.ofMinutes(1);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final Options options;
  private final DataPlane dataPlane;
  private final Informers informers;
  private final Informer<Service> services;
  private final Informer<EndpointSlice> slices;
  private final Timers timers;
  private final HealthCheckPorts healthChecks = new HealthCheckPorts();
  private final Semaphore asked = new Semaphore(0);
  private volatile boolean synced;
  private @Nullable Thread loop;

  /** {@code minSyncPeriod}: see {@link KubeProxy}. */
  public record Options(String nodeName, Duration minSyncPeriod) {}

  private KubeProxy(Options options, Informers informers, DataPlane dataPlane, Timers timers) {
    this.options = options;
    this.dataPlane = dataPlane;
    this.informers = informers;
    this.timers = timers;
    this.services = informers.of(Service.TYPE);
    this.slices = informers.of(EndpointSlice.TYPE);
    services.handle(EventHandler.each(service -> asked.release()));
    slices.handle(EventHandler.each(slice -> asked.release()));
  }

  /** Starts watching and programming; returns at once. */
  public static KubeProxy start(
      Options options, Informers informers, DataPlane dataPlane, Timers timers) {
    KubeProxy proxy = new KubeProxy(options, informers, dataPlane, timers);
    informers.start();
    proxy.loop = Thread.ofVirtual().name("kube-proxy").start(proxy::run);
    return proxy;
  }

  private void run() {
    try {
      while (!informers.awaitSynced(FIRST_LIST_PATIENCE)) {
        log.warn("still waiting for the first lists of services and endpoint slices");
      }
      asked.release();
      while (true) {
        asked.acquire();
        asked.drainPermits();
        if (sync()) {
          timers.sleep(options.minSyncPeriod());
        } else {
          timers.sleep(RETRY);
          asked.release();
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean sync() throws InterruptedException {
    List<ServicePort> ports =
        ServicePorts.of(
            services.list(), slices.list(), options.nodeName(), ServicePorts.Family.IPV4);
    try {
      dataPlane.apply(ports);
      healthChecks.update(ports);
      synced = true;
      return true;
    } catch (IOException problem) {
      log.warn("cannot program the data plane, trying again: {}", problem.getMessage());
      return false;
    }
  }

  /** Whether the rules have been in place at least once. */
  public boolean hasSynced() {
    return synced;
  }

  /**
   * Stops. The rules stay, so that traffic flows while the proxy restarts; {@link
   * DataPlane#cleanUp} takes them away.
   */
  @Override
  public void close() {
    if (loop != null) {
      loop.interrupt();
    }
    healthChecks.close();
  }
}
