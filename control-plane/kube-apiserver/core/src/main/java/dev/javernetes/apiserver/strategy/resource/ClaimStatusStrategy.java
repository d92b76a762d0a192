package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.ConditionRules;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.pod.SchedulingRules;
import dev.javernetes.apiserver.strategy.pod.VolumeSources;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What came of a claim: which devices it got, who may use them, how those devices fare. */
final class ClaimStatusStrategy implements Strategy {
  private static final FieldPath STATUS = FieldPath.of("status");
  private static final int RESERVED_FOR = 256;
  private static final int RESULTS = 32;
  private static final int CONDITIONS = 8;
  private static final int DATA_LIMIT = 10 << 10;
  private static final int INTERFACE_NAME_LIMIT = 256;
  private static final int HARDWARE_ADDRESS_LIMIT = 128;
  private static final int ADDRESSES = 16;

  private final AdminAccess adminAccess;
  private final StatusRights rights;
  private final StatusStrategy plain = StatusStrategy.keepingMetadata(StatusStrategy.Rule.NONE);

  ClaimStatusStrategy(AdminAccess adminAccess, StatusRights rights) {
    this.adminAccess = adminAccess;
    this.rights = rights;
  }

  @Override
  public void applyDefaults(JsonObject claim) {
    ResourceClaimStrategy.defaults(claim);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject claim, JsonObject old) {
    plain.prepareForUpdate(context, claim, old);
    dropDeallocated(claim, old);
  }

  /** Nobody needs to hear of devices that the claim no longer has. */
  private static void dropDeallocated(JsonObject claim, JsonObject old) {
    Set<JsonObject> gone = allocated(old);
    gone.removeAll(allocated(claim));
    JsonObject status = claim.ensureObject("status");
    if (status.has("devices")) {
      List<Object> left = new ArrayList<>();
      for (JsonObject device : status.objects("devices")) {
        if (!gone.contains(id(device))) {
          left.add(device);
        }
      }
      if (left.isEmpty()) {
        status.remove("devices");
      } else {
        status.put("devices", left);
      }
    }
  }

  private static List<JsonObject> results(JsonObject claim) {
    return claim
        .objectOrEmpty("status")
        .objectOrEmpty("allocation")
        .objectOrEmpty("devices")
        .objects("results");
  }

  private static Set<JsonObject> allocated(JsonObject claim) {
    Set<JsonObject> ids = new HashSet<>();
    results(claim).forEach(result -> ids.add(id(result)));
    return ids;
  }

  /** A device, or a share of one, as upstream shows it. */
  static JsonObject id(JsonObject device) {
    return JsonObject.of(
        "Driver", device.string("driver"),
        "Pool", device.string("pool"),
        "Device", device.string("device"),
        "ShareID", device.string("shareID"));
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject claim, JsonObject old, ErrorList errors) {
    adminAccess.checkResults(context.namespace(), results(claim), results(old), errors);
    JsonObject status = claim.objectOrEmpty("status");
    JsonObject before = old.objectOrEmpty("status");
    rights.check(context, status, before, errors);
    List<JsonObject> consumers = status.objects("reservedFor");
    Entries.ofSet(
        consumers,
        RESERVED_FOR,
        ClaimStatusStrategy::consumer,
        consumer -> consumer.string("uid"),
        STATUS.child("reservedFor"),
        errors);
    Set<JsonObject> allocated = allocated(claim);
    Entries.ofSet(
        status.objects("devices"),
        -1,
        (device, path, found) -> device(device, allocated, path, found),
        ClaimStatusStrategy::id,
        STATUS.child("devices"),
        errors);
    reservations(claim, status, before, errors);
    JsonObject allocation = status.object("allocation");
    if (allocation != null && before.has("allocation")) {
      FieldRules.immutable(
          "resource.AllocationResult",
          allocation,
          before.get("allocation"),
          STATUS.child("allocation"),
          errors);
    } else if (allocation != null) {
      RequestNames names = RequestNames.of(claim.objectOrEmpty("spec").objectOrEmpty("devices"));
      allocation(allocation, names, STATUS.child("allocation"), errors);
    }
  }

  private static void reservations(
      JsonObject claim, JsonObject status, JsonObject before, ErrorList errors) {
    List<JsonObject> consumers = status.objects("reservedFor");
    if (consumers.isEmpty()) {
      return;
    }
    FieldPath path = STATUS.child("reservedFor");
    if (!status.has("allocation")) {
      errors.forbidden(path, "may not be specified when `allocated` is not set");
    } else if (claim.objectOrEmpty("metadata").has("deletionTimestamp")
        && !before.objects("reservedFor").containsAll(consumers)) {
      errors.forbidden(
          path,
          "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are"
              + " set");
    }
  }

  private static void consumer(JsonObject consumer, FieldPath path, ErrorList errors) {
    for (String member : List.of("resource", "name", "uid")) {
      FieldRules.required(consumer, member, path, errors);
    }
  }

  private static void allocation(
      JsonObject allocation, RequestNames names, FieldPath path, ErrorList errors) {
    JsonObject devices = allocation.objectOrEmpty("devices");
    Entries.ofList(
        devices.objects("results"),
        RESULTS,
        (result, at, found) -> result(result, names, at, found),
        path.child("devices", "results"),
        errors);
    Entries.ofList(
        devices.objects("config"),
        2 * DeviceClaimRules.CONFIGS,
        (config, at, found) -> {
          FieldRules.oneOf(
              config.string("source"),
              List.of("FromClaim", "FromClass"),
              at.child("source"),
              found);
          DeviceClaimRules.names(config, names, at, found);
          DeviceRules.configuration(config, at, found);
        },
        path.child("devices", "config"),
        errors);
    if (allocation.object("nodeSelector") instanceof JsonObject selector) {
      SchedulingRules.nodeSelector(selector, path.child("nodeSelector"), errors);
    }
  }

  private static void result(
      JsonObject result, RequestNames names, FieldPath path, ErrorList errors) {
    names.checkReference(result.string("request"), path.child("request"), errors);
    identity(result, path, errors);
    DeviceRules.bindingConditions(result, path, errors);
    share(result, path, errors);
  }

  private static void identity(JsonObject device, FieldPath path, ErrorList errors) {
    VolumeSources.csiDriverName(device.string("driver"), path.child("driver"), errors);
    DeviceNames.pool(device.string("pool"), path.child("pool"), errors);
    FieldRules.dnsLabel(device.string("device"), path.child("device"), errors);
  }

  private static void share(JsonObject device, FieldPath path, ErrorList errors) {
    String share = device.stringOrNull("shareID");
    if (share != null) {
      DeviceNames.uid(share, path.child("shareID"), errors);
    }
  }

  private static void device(
      JsonObject device, Set<JsonObject> allocated, FieldPath path, ErrorList errors) {
    identity(device, path, errors);
    share(device, path, errors);
    JsonObject id = id(device);
    if (!allocated.contains(id)) {
      errors.invalid(path, id, "must be an allocated device in the claim");
    }
    List<JsonObject> conditions = device.objects("conditions");
    if (conditions.size() > CONDITIONS) {
      errors.tooMany(path.child("conditions"), conditions.size(), CONDITIONS);
    }
    ConditionRules.check(conditions, path.child("conditions"), errors);
    if (device.has("data")) {
      DeviceRules.raw(device.get("data"), DATA_LIMIT, path.child("data"), errors);
    }
    network(device.objectOrEmpty("networkData"), path.child("networkData"), errors);
  }

  private static void network(JsonObject data, FieldPath path, ErrorList errors) {
    limited(data, "interfaceName", INTERFACE_NAME_LIMIT, path, errors);
    limited(data, "hardwareAddress", HARDWARE_ADDRESS_LIMIT, path, errors);
    Entries.ofSet(
        data.strings("ips"),
        ADDRESSES,
        IpRules::interfaceAddress,
        address -> address,
        path.child("ips"),
        errors);
  }

  private static void limited(
      JsonObject data, String member, int limit, FieldPath path, ErrorList errors) {
    if (data.string(member).getBytes(StandardCharsets.UTF_8).length > limit) {
      errors.tooLong(path.child(member), limit);
    }
  }

  @Override
  public List<List<String>> resetFields() {
    return plain.resetFields();
  }
}
