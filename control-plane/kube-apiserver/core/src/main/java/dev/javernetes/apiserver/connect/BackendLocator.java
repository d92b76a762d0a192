package dev.javernetes.apiserver.connect;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.request.QueryParameters;
import dev.javernetes.apiserver.request.RequestInfo;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out where a subresource's request has to go: which node, pod or endpoint, which path. */
final class BackendLocator {
  private static final GroupResource PODS = new GroupResource("", "pods");
  private static final GroupResource NODES = new GroupResource("", "nodes");
  private static final GroupResource SERVICES = new GroupResource("", "services");
  private static final GroupResource SLICES =
      new GroupResource("discovery.k8s.io", "endpointslices");
  private static final int KUBELET_PORT = 10_250;

  private final ObjectReader objects;
  private final List<String> addressTypes;

  BackendLocator(ObjectReader objects, List<String> addressTypes) {
    this.objects = objects;
    this.addressTypes = addressTypes;
  }

  /** {@code null}: the pod has no node yet, and so no log. */
  @Nullable Backend log(RequestInfo info, QueryParameters query) {
    JsonObject pod = pod(info);
    String container = container(pod, query.get("container"));
    String node = pod.objectOrEmpty("spec").string("nodeName");
    if (node.isEmpty()) {
      return null;
    }
    List<String> parameters = new ArrayList<>();
    for (String name : List.of("follow", "previous", "timestamps")) {
      if (flag(query, name)) {
        parameters.add(name + "=true");
      }
    }
    for (String name : List.of("sinceSeconds", "sinceTime", "tailLines", "limitBytes")) {
      if (query.has(name)) {
        parameters.add(name + "=" + encode(query.get(name)));
      }
    }
    return kubelet(node, "/containerLogs/" + path(pod) + "/" + container + query(parameters));
  }

  /** exec and attach. */
  Backend stream(RequestInfo info, QueryParameters query, String kind) {
    JsonObject pod = pod(info);
    String container = container(pod, query.get("container"));
    List<String> parameters = new ArrayList<>();
    addFlag(parameters, query, "stdin", "input");
    addFlag(parameters, query, "stdout", "output");
    addFlag(parameters, query, "stderr", "error");
    addFlag(parameters, query, "tty", "tty");
    for (String command : query.all("command")) {
      parameters.add("command=" + encode(command));
    }
    return kubelet(
        nodeOf(pod, info), "/" + kind + "/" + path(pod) + "/" + container + query(parameters));
  }

  Backend portForward(RequestInfo info, QueryParameters query) {
    JsonObject pod = pod(info);
    List<String> parameters = new ArrayList<>();
    if (query.has("ports")) {
      parameters.add("port=" + encode(String.join(",", query.all("ports"))));
    }
    return kubelet(nodeOf(pod, info), "/portForward/" + path(pod) + query(parameters));
  }

  /** {@code nodes|pods|services/[scheme:]name[:port]/proxy/path}; the target is the path behind. */
  Backend proxy(RequestInfo info) {
    String[] parts = info.name().split(":", -1);
    String scheme = parts.length == 3 ? parts[0] : "";
    String name = parts.length == 3 ? parts[1] : parts[0];
    String port = parts.length == 3 ? parts[2] : parts.length == 2 ? parts[1] : "";
    return switch (info.resource()) {
      case "nodes" -> {
        Backend kubelet = kubelet(name, "");
        yield port.isEmpty()
            ? kubelet
            : new Backend(scheme.equals("https"), false, kubelet.host(), number(port, info), "");
      }
      case "pods" -> podProxy(info, scheme, name, port);
      default -> serviceProxy(info, scheme, name, port);
    };
  }

  private Backend podProxy(RequestInfo info, String scheme, String name, String port) {
    JsonObject pod = objects.get(PODS, info.namespace(), name);
    if (pod == null) {
      throw ApiException.notFound(PODS, name);
    }
    String address = pod.objectOrEmpty("status").string("podIP");
    if (address.isEmpty()) {
      throw ApiException.badRequest("address not allowed");
    }
    int number = port.isEmpty() ? firstPort(pod) : number(port, info);
    return new Backend(scheme.equals("https"), false, address, number, "");
  }

  private static int firstPort(JsonObject pod) {
    for (JsonObject container : pod.objectOrEmpty("spec").objects("containers")) {
      for (JsonObject port : container.objects("ports")) {
        return (int) port.integer("containerPort");
      }
    }
    return 80;
  }

  private Backend serviceProxy(RequestInfo info, String scheme, String name, String port) {
    JsonObject service = objects.get(SERVICES, info.namespace(), name);
    if (service == null) {
      throw ApiException.notFound(SERVICES, name);
    }
    String portName = portName(service, port);
    for (JsonObject slice : objects.list(SLICES, info.namespace())) {
      if (!name.equals(
          slice
              .objectOrEmpty("metadata")
              .objectOrEmpty("labels")
              .string("kubernetes.io/service-name"))) {
        continue;
      }
      for (JsonObject slicePort : slice.objects("ports")) {
        if (!slicePort.string("name").equals(portName)) {
          continue;
        }
        for (JsonObject endpoint : slice.objects("endpoints")) {
          if (!Boolean.FALSE.equals(endpoint.objectOrEmpty("conditions").boolOrNull("ready"))) {
            return new Backend(
                scheme.equals("https"),
                false,
                endpoint.strings("addresses").getFirst(),
                (int) slicePort.integer("port"),
                "");
          }
        }
      }
    }
    throw ApiException.of(
        StatusReason.SERVICE_UNAVAILABLE,
        "no endpoints available for service \"" + info.name() + "\"");
  }

  /** A service's port by name or number; the only one if none is given. */
  private static String portName(JsonObject service, String port) {
    List<JsonObject> ports = service.objectOrEmpty("spec").objects("ports");
    for (JsonObject one : ports) {
      if (port.isEmpty()
          || one.string("name").equals(port)
          || Long.toString(one.integer("port")).equals(port)) {
        return one.string("name");
      }
    }
    throw ApiException.of(
        StatusReason.SERVICE_UNAVAILABLE,
        "no service port \""
            + port
            + "\" found for service \""
            + service.objectOrEmpty("metadata").string("name")
            + "\"");
  }

  private static int number(String port, RequestInfo info) {
    try {
      int number = Integer.parseInt(port);
      if (number > 0 && number < 65_536) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // told below
    }
    throw ApiException.badRequest(
        "invalid " + info.resource() + " request \"" + info.name() + "\"");
  }

  private JsonObject pod(RequestInfo info) {
    JsonObject pod = objects.get(PODS, info.namespace(), info.name());
    if (pod == null) {
      throw ApiException.notFound(PODS, info.name());
    }
    return pod;
  }

  private static String nodeOf(JsonObject pod, RequestInfo info) {
    String node = pod.objectOrEmpty("spec").string("nodeName");
    if (node.isEmpty()) {
      throw ApiException.badRequest("pod " + info.name() + " does not have a host assigned");
    }
    return node;
  }

  private static String container(JsonObject pod, String asked) {
    JsonObject spec = pod.objectOrEmpty("spec");
    String name = pod.objectOrEmpty("metadata").string("name");
    List<String> containers = names(spec, "containers");
    List<String> initContainers = names(spec, "initContainers");
    if (asked.isEmpty()) {
      if (containers.size() == 1) {
        return containers.getFirst();
      }
      throw ApiException.badRequest(
          "a container name must be specified for pod "
              + name
              + ", choose one of: ["
              + String.join(" ", containers)
              + "]"
              + (initContainers.isEmpty()
                  ? ""
                  : " or one of the init containers: [" + String.join(" ", initContainers) + "]"));
    }
    if (!containers.contains(asked)
        && !initContainers.contains(asked)
        && !names(spec, "ephemeralContainers").contains(asked)) {
      throw ApiException.badRequest("container " + asked + " is not valid for pod " + name);
    }
    return asked;
  }

  private static List<String> names(JsonObject spec, String list) {
    return spec.objects(list).stream().map(container -> container.string("name")).toList();
  }

  private Backend kubelet(String nodeName, String target) {
    JsonObject node = objects.get(NODES, "", nodeName);
    if (node == null) {
      throw ApiException.notFound(NODES, nodeName);
    }
    JsonObject status = node.objectOrEmpty("status");
    Object port = status.at("daemonEndpoints", "kubeletEndpoint", "Port");
    int number =
        port instanceof Number given && given.intValue() > 0 ? given.intValue() : KUBELET_PORT;
    for (String type : addressTypes) {
      for (JsonObject address : status.objects("addresses")) {
        if (address.string("type").equals(type)) {
          return new Backend(true, true, address.string("address"), number, target);
        }
      }
    }
    throw ApiException.internal("no preferred addresses found; known addresses: []");
  }

  private static String path(JsonObject pod) {
    JsonObject metadata = pod.objectOrEmpty("metadata");
    return metadata.string("namespace") + "/" + metadata.string("name");
  }

  private static void addFlag(
      List<String> parameters, QueryParameters query, String name, String sent) {
    if (flag(query, name)) {
      parameters.add(sent + "=1");
    }
  }

  private static boolean flag(QueryParameters query, String name) {
    String value = query.first(name);
    return value != null && !value.equals("0") && !value.equalsIgnoreCase("false");
  }

  private static String query(List<String> parameters) {
    return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
