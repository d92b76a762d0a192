package dev.javernetes.apiserver.strategy.discovery;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import dev.javernetes.apiserver.strategy.core.EndpointsStrategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** EndpointSlice. Its generation counts changes of labels too. */
public final class EndpointSliceStrategy implements Strategy {
  private static final List<String> TYPES = List.of("FQDN", "IPv4", "IPv6");
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final int MAX_ENDPOINTS = 1000;
  private static final int MAX_ADDRESSES = 100;
  private static final int MAX_PORTS = 20_000;
  private static final int MAX_HINTS = 8;
  private static final String TOPOLOGY = "deprecatedTopology";
  private static final String HOSTNAME = "kubernetes.io/hostname";
  private static final Set<String> OWN_CONTROLLERS =
      Set.of("endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io");

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE);
  }

  @Override
  public void applyDefaults(JsonObject slice) {
    for (JsonObject port : slice.objects("ports")) {
      FieldRules.defaultIfAbsent(port, "name", "");
      FieldRules.defaultIfAbsent(port, "protocol", "TCP");
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject slice) {
    slice.ensureObject("metadata").put("generation", 1L);
    dropTopology(slice, new JsonObject());
  }

  /**
   * The version v1 has no say in the old topology; a node's name given there before stays the
   * endpoint's.
   */
  private static void dropTopology(JsonObject slice, JsonObject old) {
    if (!old.isEmpty() && FieldRules.same(slice.get("endpoints"), old.get("endpoints"))) {
      return;
    }
    Set<String> known = new HashSet<>();
    for (JsonObject endpoint : old.objects("endpoints")) {
      known.add(endpoint.objectOrEmpty(TOPOLOGY).string(HOSTNAME));
    }
    for (JsonObject endpoint : slice.objects("endpoints")) {
      String node = endpoint.objectOrEmpty(TOPOLOGY).string(HOSTNAME);
      if (!endpoint.has("nodeName")
          && !node.isEmpty()
          && known.contains(node)
          && NameFormats.isDnsSubdomain(node)) {
        endpoint.put("nodeName", node);
      }
      endpoint.remove(TOPOLOGY);
    }
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject slice, JsonObject old) {
    JsonObject metadata = slice.ensureObject("metadata");
    JsonObject before = old.objectOrEmpty("metadata");
    boolean changed =
        !FieldRules.same(withoutMetadata(slice), withoutMetadata(old))
            || !metadata.stringMap("labels").equals(before.stringMap("labels"));
    metadata.put("generation", before.integer("generation") + (changed ? 1 : 0));
    dropTopology(slice, old);
  }

  private static JsonObject withoutMetadata(JsonObject slice) {
    JsonObject copy = new JsonObject(slice);
    copy.remove("metadata");
    return copy;
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject slice, ErrorList errors) {
    String type = slice.string("addressType");
    FieldRules.oneOf(type, TYPES, FieldPath.of("addressType"), errors);
    validatePorts(slice.objects("ports"), errors);
    validateEndpoints(slice.objects("endpoints"), type, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject slice, JsonObject old, ErrorList errors) {
    FieldRules.oneOf(slice.string("addressType"), TYPES, FieldPath.of("addressType"), errors);
    validatePorts(slice.objects("ports"), errors);
    if (!FieldRules.same(slice.get("endpoints"), old.get("endpoints"))) {
      validateEndpoints(slice.objects("endpoints"), slice.string("addressType"), errors);
    }
    FieldRules.immutable(
        slice.get("addressType"), old.get("addressType"), FieldPath.of("addressType"), errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject slice) {
    List<String> warnings = new ArrayList<>();
    if (slice.string("addressType").equals("FQDN")) {
      warnings.add("spec.addressType: FQDN endpoints are deprecated");
    }
    warnOfAddresses(slice, warnings);
    return warnings;
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject slice, JsonObject old) {
    List<String> warnings = new ArrayList<>();
    warnOfAddresses(slice, warnings);
    return warnings;
  }

  private static void warnOfAddresses(JsonObject slice, List<String> warnings) {
    String manager =
        slice
            .objectOrEmpty("metadata")
            .objectOrEmpty("labels")
            .string("endpointslice.kubernetes.io/managed-by");
    if (OWN_CONTROLLERS.contains(manager)) {
      return;
    }
    List<JsonObject> endpoints = slice.objects("endpoints");
    for (int i = 0; i < endpoints.size(); i++) {
      FieldPath path = FieldPath.of("endpoints").index(i).child("addresses");
      List<String> addresses = endpoints.get(i).strings("addresses");
      for (int j = 0; j < addresses.size(); j++) {
        IpRules.warn(addresses.get(j), path.index(j), warnings);
      }
    }
  }

  private static void validatePorts(List<JsonObject> ports, ErrorList errors) {
    FieldPath path = FieldPath.of("ports");
    if (ports.size() > MAX_PORTS) {
      errors.tooMany(path, ports.size(), MAX_PORTS);
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      JsonObject port = ports.get(i);
      String name = port.string("name");
      if (!name.isEmpty()) {
        FieldRules.dnsLabel(name, path.index(i).child("name"), errors);
      }
      if (!names.add(name)) {
        errors.duplicate(path.index(i).child("name"), name);
      }
      FieldRules.supported(
          port.string("protocol"), PROTOCOLS, path.index(i).child("protocol"), errors);
      String application = port.stringOrNull("appProtocol");
      if (application != null) {
        FieldRules.qualifiedName(application, path.index(i).child("appProtocol"), errors);
      }
    }
  }

  private static void validateEndpoints(List<JsonObject> endpoints, String type, ErrorList errors) {
    FieldPath path = FieldPath.of("endpoints");
    if (endpoints.size() > MAX_ENDPOINTS) {
      errors.tooMany(path, endpoints.size(), MAX_ENDPOINTS);
      return;
    }
    for (int i = 0; i < endpoints.size(); i++) {
      validateEndpoint(endpoints.get(i), type, path.index(i), errors);
    }
  }

  private static void validateEndpoint(
      JsonObject endpoint, String type, FieldPath path, ErrorList errors) {
    FieldPath addressPath = path.child("addresses");
    List<String> addresses = endpoint.strings("addresses");
    if (addresses.isEmpty()) {
      errors.required(addressPath, "must contain at least 1 address");
    } else if (addresses.size() > MAX_ADDRESSES) {
      errors.tooMany(addressPath, addresses.size(), MAX_ADDRESSES);
    }
    for (int i = 0; i < addresses.size(); i++) {
      validateAddress(addresses.get(i), type, addressPath, addressPath.index(i), errors);
    }
    String node = endpoint.stringOrNull("nodeName");
    if (node != null) {
      FieldRules.dnsSubdomain(node, path.child("nodeName"), errors);
    }
    FieldPath topology = path.child(TOPOLOGY);
    if (endpoint.stringMap(TOPOLOGY).size() > 16) {
      errors.tooMany(topology, endpoint.stringMap(TOPOLOGY).size(), 16);
    }
    ObjectMetaRules.validateLabels(endpoint.stringMap(TOPOLOGY), topology, errors);
    String hostname = endpoint.stringOrNull("hostname");
    if (hostname != null) {
      FieldRules.dnsLabel(hostname, path.child("hostname"), errors);
    }
    JsonObject hints = endpoint.object("hints");
    if (hints != null) {
      validateHints(hints, "forZones", path.child("hints"), errors);
      validateHints(hints, "forNodes", path.child("hints"), errors);
    }
  }

  private static void validateAddress(
      String address, String type, FieldPath list, FieldPath path, ErrorList errors) {
    switch (type) {
      case "IPv4", "IPv6" -> {
        int before = errors.size();
        IpRules.address(address, path, errors);
        if (errors.size() == before && type.equals("IPv6")) {
          IpRules.canonical(address, path, errors);
        }
        if (errors.size() > before) {
          return;
        }
        if (IpRules.isV6(address) == type.equals("IPv4")) {
          errors.invalid(list, address, "must be an " + type + " address");
        }
        EndpointsStrategy.endpointIp(address, path, errors);
      }
      case "FQDN" -> {
        String name = address.endsWith(".") ? address.substring(0, address.length() - 1) : address;
        List<String> problems = NameFormats.dnsSubdomain(name);
        if (address.isEmpty()) {
          errors.required(path, "");
        } else if (!problems.isEmpty()) {
          errors.invalid(path, name, String.join(",", problems));
        } else if (name.indexOf('.') < 0) {
          errors.invalid(
              path, name, "should be a domain with at least two segments separated by dots");
        } else {
          longLabel(name, path, errors);
        }
      }
      default -> {
        // an unknown type is refused already
      }
    }
  }

  private static void longLabel(String name, FieldPath path, ErrorList errors) {
    for (String label : name.split("\\.")) {
      List<String> problems = NameFormats.dnsLabel(label);
      if (!problems.isEmpty()) {
        errors.invalid(path, label, String.join(",", problems));
        return;
      }
    }
  }

  private static void validateHints(
      JsonObject hints, String list, FieldPath path, ErrorList errors) {
    List<JsonObject> entries = hints.objects(list);
    if (entries.size() > MAX_HINTS) {
      errors.tooMany(path.child(list), entries.size(), MAX_HINTS);
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      String name = entries.get(i).string("name");
      FieldPath here = path.child(list).index(i).child("name");
      if (!names.add(name)) {
        errors.duplicate(here, name);
      }
      FieldRules.invalid(
          list.equals("forZones") ? NameFormats.labelValue(name) : NameFormats.dnsSubdomain(name),
          here,
          name,
          errors);
    }
  }
}
