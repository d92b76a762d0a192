package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Services, endpoints, ingresses and addresses. */
final class NetworkPrinters {
  private NetworkPrinters() {}

  static Printer services() {
    return Printer.named()
        .field("Type", "string", "core.v1.ServiceSpec.type", row -> row.spec().string("type"))
        .field(
            "Cluster-IP",
            "string",
            "core.v1.ServiceSpec.clusterIP",
            row -> {
              List<String> addresses = row.spec().strings("clusterIPs");
              return addresses.isEmpty()
                  ? Row.orElse(row.spec().string("clusterIP"), Row.NONE)
                  : addresses.getFirst();
            })
        .field(
            "External-IP",
            "string",
            "core.v1.ServiceSpec.externalIPs",
            NetworkPrinters::externalAddress)
        .field("Port(s)", "string", "core.v1.ServiceSpec.ports", NetworkPrinters::ports)
        .age()
        .wideField(
            "Selector",
            "string",
            "core.v1.ServiceSpec.selector",
            row -> Row.labels(row.spec().stringMap("selector")));
  }

  private static String externalAddress(Row row) {
    List<String> external = row.spec().strings("externalIPs");
    return switch (row.spec().string("type")) {
      case "ClusterIP", "NodePort" -> Row.orElse(String.join(",", external), Row.NONE);
      case "LoadBalancer" -> {
        List<String> all = new ArrayList<>(loadBalancer(row));
        all.addAll(external);
        yield Row.orElse(String.join(",", all), "<pending>");
      }
      case "ExternalName" -> row.spec().string("externalName");
      default -> Row.UNKNOWN;
    };
  }

  private static TreeSet<String> loadBalancer(Row row) {
    TreeSet<String> addresses = new TreeSet<>();
    for (JsonObject ingress : row.status().objectOrEmpty("loadBalancer").objects("ingress")) {
      addresses.add(Row.orElse(ingress.string("ip"), ingress.string("hostname")));
    }
    addresses.remove("");
    return addresses;
  }

  private static String ports(Row row) {
    List<String> ports = new ArrayList<>();
    for (JsonObject port : row.spec().objects("ports")) {
      long nodePort = port.integer("nodePort");
      ports.add(
          port.integer("port")
              + (nodePort > 0 ? ":" + nodePort : "")
              + "/"
              + port.string("protocol"));
    }
    return Row.orElse(String.join(",", ports), Row.NONE);
  }

  static Printer endpoints() {
    return Printer.named()
        .field(
            "Endpoints",
            "string",
            "core.v1.Endpoints.subsets",
            row -> {
              List<String> all = new ArrayList<>();
              for (JsonObject subset : row.object().objects("subsets")) {
                List<JsonObject> ports = subset.objects("ports");
                if (ports.isEmpty()) {
                  subset.objects("addresses").forEach(address -> all.add(address.string("ip")));
                }
                for (JsonObject port : ports) {
                  for (JsonObject address : subset.objects("addresses")) {
                    all.add(hostAndPort(address.string("ip"), port.integer("port")));
                  }
                }
              }
              return all.isEmpty() && !row.object().objects("subsets").isEmpty()
                  ? ""
                  : Row.first(all, 3);
            })
        .age();
  }

  private static String hostAndPort(String host, long port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  static Printer endpointSlices() {
    return Printer.named()
        .field(
            "AddressType",
            "string",
            "discovery.v1.EndpointSlice.addressType",
            row -> row.object().string("addressType"))
        .field(
            "Ports",
            "string",
            "discovery.v1.EndpointSlice.ports",
            row -> {
              List<String> ports = new ArrayList<>();
              for (JsonObject port : row.object().objects("ports")) {
                ports.add(
                    port.has("port")
                        ? Long.toString(port.integer("port"))
                        : port.has("name") ? port.string("name") : "*");
              }
              return shownOrUnset(ports);
            })
        .field(
            "Endpoints",
            "string",
            "discovery.v1.EndpointSlice.endpoints",
            row -> {
              List<String> addresses = new ArrayList<>();
              for (JsonObject endpoint : row.object().objects("endpoints")) {
                addresses.addAll(endpoint.strings("addresses"));
              }
              return shownOrUnset(addresses);
            })
        .age();
  }

  private static String shownOrUnset(List<String> texts) {
    return texts.isEmpty() ? Row.UNSET : Row.first(texts, 3);
  }

  static Printer ingresses() {
    return Printer.named()
        .column(
            "Class",
            "string",
            "The name of the IngressClass resource that should be used for additional"
                + " configuration",
            row ->
                row.spec().has("ingressClassName")
                    ? row.spec().string("ingressClassName")
                    : Row.NONE)
        .column(
            "Hosts",
            "string",
            "Hosts that incoming requests are matched against before the ingress rule",
            NetworkPrinters::hosts)
        .column(
            "Address",
            "string",
            "Address is a list containing ingress points for the load-balancer",
            row -> String.join(",", loadBalancer(row)))
        .column(
            "Ports",
            "string",
            "Ports of TLS configurations that open",
            row -> row.spec().objects("tls").isEmpty() ? "80" : "80, 443")
        .age();
  }

  /** The first three hosts; the others are counted by rule. */
  private static String hosts(Row row) {
    List<String> shown = new ArrayList<>();
    boolean more = false;
    List<JsonObject> rules = row.spec().objects("rules");
    for (JsonObject rule : rules) {
      more |= shown.size() == 3;
      if (!more && !rule.string("host").isEmpty()) {
        shown.add(rule.string("host"));
      }
    }
    String text = Row.orElse(String.join(",", shown), "*");
    return more ? text + " + " + (rules.size() - 3) + " more..." : text;
  }

  static Printer ingressClasses() {
    return Printer.named(row ->
            row.name()
                + (isDefault(row, "ingressclass.kubernetes.io/is-default-class")
                    ? " (default)"
                    : ""))
        .column(
            "Controller",
            "string",
            "Controller that is responsible for handling this class",
            row -> row.spec().string("controller"))
        .column(
            "Parameters",
            "string",
            "A reference to a resource with additional parameters",
            row -> {
              JsonObject parameters = row.spec().object("parameters");
              if (parameters == null) {
                return Row.NONE;
              }
              String group = parameters.has("apiGroup") ? "." + parameters.string("apiGroup") : "";
              return parameters.string("kind") + group + "/" + parameters.string("name");
            })
        .age();
  }

  static boolean isDefault(Row row, String annotation) {
    return row.metadata().objectOrEmpty("annotations").string(annotation).equals("true");
  }

  static Printer networkPolicies() {
    return Printer.named()
        .field(
            "Pod-Selector",
            "string",
            "networking.v1.NetworkPolicySpec.podSelector",
            row -> Row.selectorOrNone(row.spec().object("podSelector")))
        .age();
  }

  /** Upstream fills a third cell, the age, without a column for it. */
  static Printer ipAddresses() {
    return Printer.named()
        .field(
            "ParentRef",
            "string",
            "networking.v1.IPAddressSpec.parentRef",
            row -> {
              JsonObject parent = row.spec().object("parentRef");
              if (parent == null) {
                return Row.NONE;
              }
              String group = parent.string("group");
              String namespace = parent.string("namespace");
              String resource = parent.string("resource") + (group.isEmpty() ? "" : "." + group);
              return resource.toLowerCase(java.util.Locale.ROOT)
                  + (namespace.isEmpty() ? "" : "/" + namespace)
                  + "/"
                  + parent.string("name");
            })
        .surplus(Row::age);
  }

  static Printer serviceCidrs() {
    return Printer.named()
        .field(
            "CIDRs",
            "string",
            "networking.v1.ServiceCIDRSpec.cidrs",
            row -> String.join(",", row.spec().strings("cidrs")))
        .age();
  }
}
