package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import java.util.ArrayList;
import java.util.List;

/** Endpoints, the elder form of endpoint slices. */
public final class EndpointsStrategy implements Strategy {
  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.UPDATE, MetadataCheck.CREATE);
  }

  @Override
  public void applyDefaults(JsonObject endpoints) {
    for (JsonObject subset : endpoints.objects("subsets")) {
      subset.objects("ports").forEach(port -> FieldRules.defaultTo(port, "protocol", "TCP"));
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject endpoints, ErrorList errors) {
    check(endpoints, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject endpoints, JsonObject old, ErrorList errors) {
    if (!FieldRules.same(endpoints.get("subsets"), old.get("subsets"))) {
      check(endpoints, errors);
    }
  }

  private static void check(JsonObject endpoints, ErrorList errors) {
    List<JsonObject> subsets = endpoints.objects("subsets");
    for (int i = 0; i < subsets.size(); i++) {
      JsonObject subset = subsets.get(i);
      FieldPath path = FieldPath.of("subsets").index(i);
      if (subset.objects("addresses").isEmpty() && subset.objects("notReadyAddresses").isEmpty()) {
        errors.required(path, "must specify `addresses` or `notReadyAddresses`");
      }
      for (String list : List.of("addresses", "notReadyAddresses")) {
        List<JsonObject> addresses = subset.objects(list);
        for (int j = 0; j < addresses.size(); j++) {
          address(addresses.get(j), path.child(list).index(j), errors);
        }
      }
      List<JsonObject> ports = subset.objects("ports");
      for (int j = 0; j < ports.size(); j++) {
        port(ports.get(j), ports.size() > 1, path.child("ports").index(j), errors);
      }
    }
  }

  private static void address(JsonObject address, FieldPath path, ErrorList errors) {
    String ip = address.string("ip");
    IpRules.address(ip, path.child("ip"), errors);
    if (!address.string("hostname").isEmpty()) {
      FieldRules.dnsLabel(address.string("hostname"), path.child("hostname"), errors);
    }
    if (address.has("nodeName")) {
      FieldRules.dnsSubdomain(address.string("nodeName"), path.child("nodeName"), errors);
    }
    endpointIp(ip, path.child("ip"), errors);
  }

  /** An address that other machines can reach. */
  public static void endpointIp(String value, FieldPath path, ErrorList errors) {
    IpRules.Address address = IpRules.parse(value);
    if (address == null) {
      errors.invalid(path, value, "must be a valid IP address");
      return;
    }
    byte[] bytes = address.bytes();
    boolean v4 = bytes.length == 4 || address.mapped();
    int offset = bytes.length == 16 && v4 ? 12 : 0;
    int first = bytes[offset] & 0xff;
    int second = bytes[offset + 1] & 0xff;
    if (isAll(bytes, offset, 0)) {
      errors.invalid(path, value, "may not be unspecified (" + value + ")");
    }
    if (v4 ? first == 127 : isAll(bytes, 0, 1)) {
      errors.invalid(path, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    if (v4 ? first == 169 && second == 254 : first == 0xfe && (second & 0xc0) == 0x80) {
      errors.invalid(path, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    if (v4
        ? first == 224 && second == 0 && bytes[offset + 2] == 0
        : first == 0xff && (second & 0x0f) == 2) {
      errors.invalid(
          path, value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
  }

  private static boolean isAll(byte[] bytes, int offset, int last) {
    for (int i = offset; i < bytes.length - 1; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return bytes[bytes.length - 1] == last;
  }

  private static void port(
      JsonObject port, boolean nameRequired, FieldPath path, ErrorList errors) {
    String name = port.string("name");
    if (!name.isEmpty()) {
      FieldRules.dnsLabel(name, path.child("name"), errors);
    } else if (nameRequired) {
      errors.required(path.child("name"), "");
    }
    long number = port.integer("port");
    FieldRules.invalid(FieldRules.portNumber(number), path.child("port"), number, errors);
    FieldRules.oneOf(
        port.string("protocol"), List.of("SCTP", "TCP", "UDP"), path.child("protocol"), errors);
    if (port.has("appProtocol")) {
      FieldRules.qualifiedName(port.string("appProtocol"), path.child("appProtocol"), errors);
    }
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject endpoints) {
    List<String> warnings = new ArrayList<>();
    String manager =
        endpoints
            .objectOrEmpty("metadata")
            .objectOrEmpty("labels")
            .string("endpoints.kubernetes.io/managed-by");
    if (manager.equals("endpoint-controller")) {
      return warnings;
    }
    List<JsonObject> subsets = endpoints.objects("subsets");
    for (int i = 0; i < subsets.size(); i++) {
      for (String list : List.of("addresses", "notReadyAddresses")) {
        List<JsonObject> addresses = subsets.get(i).objects(list);
        for (int j = 0; j < addresses.size(); j++) {
          FieldPath path = FieldPath.of("subsets").index(i).child(list).index(j).child("ip");
          IpRules.warn(addresses.get(j).string("ip"), path, warnings);
        }
      }
    }
    return warnings;
  }

  @Override
  public List<String> warningsOnUpdate(
      StrategyContext context, JsonObject endpoints, JsonObject old) {
    return warningsOnCreate(context, endpoints);
  }

  @Override
  public boolean allowCreateOnUpdate() {
    return true;
  }
}
