package dev.javernetes.controllermanager.servicecidr;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.meta.v1.Condition;
import dev.javernetes.api.model.networking.v1.IPAddress;
import dev.javernetes.api.model.networking.v1.ServiceCIDR;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.WriteOptions;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Says that a ServiceCIDR is ready, and lets one go only when no service would be left with an
 * address that is in no range (KEP-1880).
 */
public final class ServiceCidrController implements Controller {
  static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";

  /** Until every API server knows that it must not give addresses of the range any more. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static final String NAME = "service-cidr-controller";
  private static final String IN_USE =
      "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new"
          + " ServiceCIDR";

  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<ServiceCIDR> ranges;
  private final Informer<IPAddress> addresses;

  public ServiceCidrController(ControllerContext context) {
    this.context = context;
    this.loop = Loop.of("servicecidrs", context, 5);
    this.ranges = loop.informer(ServiceCIDR.TYPE);
    this.addresses = loop.informer(IPAddress.TYPE);
    loop.on(
        ranges,
        EventHandler.each(range -> {
          loop.queue().add(Meta.key(range));
          prefixes(range).forEach(this::reconsider);
        }));
    loop.on(
        addresses,
        EventHandler.each(address -> {
          if (ofService(address)) {
            reconsider(Prefix.parse(address.metadata().name()));
          }
        }));
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void reconsider(Prefix changed) {
    for (ServiceCIDR range : ranges.list()) {
      if (prefixes(range).stream().anyMatch(changed::overlaps)) {
        loop.queue().add(Meta.key(range));
      }
    }
  }

  private void reconcile(ObjectKey key) {
    ServiceCIDR range = ranges.get(key).orElse(null);
    if (range == null) {
      return;
    }
    boolean held = range.metadata().finalizers().contains(FINALIZER);
    if (!Meta.deleting(range)) {
      if (!held) {
        finalizers(range, "finalizers");
      }
      condition(range, "True", "", "Kubernetes Service CIDR is ready");
    } else if (held && !mayGo(range, ranges.list(), addresses.list())) {
      condition(range, "False", "Terminating", IN_USE);
    } else if (held) {
      Instant end = Objects.requireNonNull(range.metadata().deletionTimestamp()).plus(GRACE);
      Duration left = Duration.between(context.timers().instant(), end);
      if (left.isPositive()) {
        loop.queue().addAfter(key, left);
      } else {
        finalizers(range, "$deleteFromPrimitiveList/finalizers");
      }
    }
  }

  /** Whether other ranges have all of its addresses that are in use. */
  static boolean mayGo(ServiceCIDR range, List<ServiceCIDR> ranges, List<IPAddress> addresses) {
    List<Prefix> others = new ArrayList<>();
    for (ServiceCIDR other : ranges) {
      if (!other.metadata().name().equals(range.metadata().name())) {
        others.addAll(prefixes(other));
      }
    }
    List<Prefix> own = prefixes(range);
    return own.stream().allMatch(prefix -> others.stream().anyMatch(o -> o.contains(prefix)))
        || addresses.stream()
            .filter(ServiceCidrController::ofService)
            .map(address -> Prefix.parse(address.metadata().name()))
            .filter(address -> own.stream().anyMatch(prefix -> prefix.contains(address)))
            .allMatch(address -> others.stream().anyMatch(o -> o.contains(address)));
  }

  private static boolean ofService(IPAddress address) {
    return "ipallocator.k8s.io"
        .equals(address.metadata().labels().get("ipaddress.kubernetes.io/managed-by"));
  }

  private static List<Prefix> prefixes(ServiceCIDR range) {
    return range.spec().cidrs().stream().map(Prefix::parse).toList();
  }

  private void finalizers(ServiceCIDR range, String directive) {
    JsonObject change =
        JsonObject.of(
            "metadata", JsonObject.of(directive, new ArrayList<Object>(List.of(FINALIZER))));
    ifPresent(() ->
        context
            .client()
            .patch(ServiceCIDR.TYPE, "", range.metadata().name(), Patch.strategic(change)));
  }

  private void condition(ServiceCIDR range, String status, String reason, String message) {
    for (Condition condition : range.status().conditions()) {
      if (condition.type().equals("Ready")
          && condition.status().equals(status)
          && condition.reason().equals(reason)
          && condition.message().equals(message)) {
        return;
      }
    }
    Instant now = context.timers().instant().truncatedTo(ChronoUnit.SECONDS);
    JsonObject ready =
        JsonObject.of(
            "type",
            "Ready",
            "status",
            status,
            "reason",
            reason,
            "message",
            message,
            "lastTransitionTime",
            now.toString());
    JsonObject owned =
        JsonObject.of(
            "apiVersion",
            "networking.k8s.io/v1",
            "kind",
            "ServiceCIDR",
            "metadata",
            JsonObject.of("name", range.metadata().name()),
            "status",
            JsonObject.of("conditions", new ArrayList<Object>(List.of(ready))));
    ifPresent(() ->
        context
            .client()
            .patch(
                ServiceCIDR.TYPE,
                "",
                range.metadata().name(),
                "status",
                Patch.apply(owned),
                new WriteOptions(NAME, "", false, true)));
  }

  private static void ifPresent(Runnable write) {
    try {
      write.run();
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND)) {
        throw refusal;
      }
    }
  }
}
