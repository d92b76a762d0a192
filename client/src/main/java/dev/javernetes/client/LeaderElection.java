package dev.javernetes.client;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of several processes leads: the one whose name stands in a Lease that it keeps renewing.
 *
 * <pre>{@code
 * new LeaderElection(client, LeaderElection.Settings.of("kube-system", "kube-scheduler", identity), timers, random)
 *     .run(scheduler::start);        // blocks until leadership is lost or the thread is interrupted
 * }</pre>
 *
 * <p>Clocks of different machines are never compared: a candidate waits until it has itself seen
 * the Lease unchanged for {@code leaseDuration}. The leader gives up when it could not renew for
 * {@code renewDeadline}, which is shorter, so that there are never two.
 */
public final class LeaderElection {
  private static final Logger log = LoggerFactory.getLogger(LeaderElection.class);
  private static final GroupVersionResource LEASES =
      new GroupVersionResource("coordination.k8s.io", "v1", "leases");
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** Which Lease, under which name, with which timing. */
  public record Settings(
      String namespace,
      String name,
      String identity,
      Duration leaseDuration,
      Duration renewDeadline,
      Duration retryPeriod) {

    public Settings {
      if (identity.isEmpty()
          || leaseDuration.compareTo(renewDeadline) <= 0
          || renewDeadline.compareTo(retryPeriod.multipliedBy(6).dividedBy(5)) <= 0) {
        throw new IllegalArgumentException(
            "leaseDuration %s > renewDeadline %s > 1.2 * retryPeriod %s must hold"
                .formatted(leaseDuration, renewDeadline, retryPeriod));
      }
    }

    /** With upstream's timing: 15, 10 and 2 seconds. */
    public static Settings of(String namespace, String name, String identity) {
      return new Settings(
          namespace,
          name,
          identity,
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          Duration.ofSeconds(2));
    }
  }

  private final Client client;
  private final Settings settings;
  private final Timers timers;
  private final RandomGenerator random;
  private @Nullable JsonObject observed;
  private long observedNanos;
  private volatile String leader = "";

  public LeaderElection(Client client, Settings settings, Timers timers, RandomGenerator random) {
    this.client = client;
    this.settings = settings;
    this.timers = timers;
    this.random = random;
  }

  /** Who leads, as far as we have seen; {@code ""} if nobody. */
  public String leader() {
    return leader;
  }

  public boolean leads() {
    return leader.equals(settings.identity);
  }

  /**
   * Waits to be leader, calls {@code onLeading} (which must return soon), renews until that fails
   * for the renew deadline, and returns: the caller must stop leading at once. Interrupted, it
   * gives the Lease back so that another can take over without waiting.
   */
  public void run(Runnable onLeading) throws InterruptedException {
    while (!attempt()) {
      long period = settings.retryPeriod.toNanos();
      timers.sleep(Duration.ofNanos(period + random.nextLong(period / 5 + 1)));
    }
    log.info("{} leads {}/{}", settings.identity, settings.namespace, settings.name);
    try {
      onLeading.run();
      long renewed = timers.nanoTime();
      while (timers.nanoTime() - renewed < settings.renewDeadline.toNanos()) {
        timers.sleep(settings.retryPeriod);
        if (attempt()) {
          renewed = timers.nanoTime();
        } else if (!leads()) {
          break;
        }
      }
      log.warn("{} lost {}/{}", settings.identity, settings.namespace, settings.name);
      leader = "";
    } catch (InterruptedException stopped) {
      release();
      throw stopped;
    }
  }

  /** One try to take or renew the Lease. */
  boolean attempt() {
    try {
      return takeOrRenew();
    } catch (ApiException refusal) {
      log.debug("lease {}: {}", settings.name, refusal.getMessage());
      return false;
    } catch (UncheckedIOException problem) {
      log.debug("lease {}: {}", settings.name, problem.getMessage());
      return false;
    }
  }

  private boolean takeOrRenew() {
    Instant now = timers.instant();
    JsonObject lease = read();
    if (lease == null) {
      JsonObject created =
          JsonObject.of(
              "apiVersion",
              "coordination.k8s.io/v1",
              "kind",
              "Lease",
              "metadata",
              JsonObject.of("namespace", settings.namespace, "name", settings.name),
              "spec",
              spec(now, now, 0));
      observe(
          client.call("POST", Client.path(LEASES, settings.namespace), List.of(), json(created)));
      return true;
    }
    observe(lease);
    JsonObject spec = lease.objectOrEmpty("spec");
    String holder = spec.string("holderIdentity");
    boolean ours = holder.equals(settings.identity);
    long lifetime = Duration.ofSeconds(spec.integer("leaseDurationSeconds")).toNanos();
    if (!ours && !holder.isEmpty() && timers.nanoTime() - observedNanos < lifetime) {
      return false;
    }
    long transitions = spec.integer("leaseTransitions");
    JsonObject taken = spec(now, now, ours ? transitions : transitions + 1);
    if (ours && spec.has("acquireTime")) {
      taken.put("acquireTime", spec.get("acquireTime"));
    }
    lease.ensureObject("spec").putAll(taken);
    observe(client.call("PUT", path(), List.of(), json(lease)));
    return true;
  }

  private void release() {
    if (!leads()) {
      return;
    }
    leader = "";
    try {
      JsonObject lease = read();
      if (lease == null
          || !lease.objectOrEmpty("spec").string("holderIdentity").equals(settings.identity)) {
        return;
      }
      JsonObject spec = lease.ensureObject("spec");
      spec.put("holderIdentity", "");
      spec.put("leaseDurationSeconds", 1L);
      spec.put("renewTime", MICRO_TIME.format(timers.instant()));
      client.call("PUT", path(), List.of(), json(lease));
    } catch (ApiException | UncheckedIOException problem) {
      log.debug("lease {} is not given back: {}", settings.name, problem.getMessage());
    }
  }

  private JsonObject spec(Instant acquired, Instant renewed, long transitions) {
    return JsonObject.of(
        "holderIdentity", settings.identity,
        "leaseDurationSeconds", settings.leaseDuration.toSeconds(),
        "acquireTime", MICRO_TIME.format(acquired),
        "renewTime", MICRO_TIME.format(renewed),
        "leaseTransitions", transitions);
  }

  /** Notes when we first saw this state of the Lease. */
  private void observe(JsonObject lease) {
    JsonObject spec = lease.objectOrEmpty("spec");
    if (!spec.equals(observed)) {
      observed = spec.deepCopy();
      observedNanos = timers.nanoTime();
      leader = spec.string("holderIdentity");
    }
  }

  private @Nullable JsonObject read() {
    try {
      return client.getJson(path());
    } catch (ApiException refusal) {
      if (refusal.is(StatusReason.NOT_FOUND)) {
        return null;
      }
      throw refusal;
    }
  }

  private String path() {
    return Client.path(LEASES, settings.namespace, settings.name);
  }

  private static Patch json(JsonObject body) {
    return new Patch("application/json", dev.javernetes.api.machinery.json.Json.bytes(body));
  }
}
