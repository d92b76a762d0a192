package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.SubresourceDefinition;
import dev.javernetes.apiserver.request.QueryParameters;
import java.util.ArrayList;
import java.util.List;

/**
 * PodExecOptions, PodProxyOptions and their like, read from the query and the path:
 *
 * <pre>{@code
 * pods/web/exec?command=sh&stdin=true   is  {"kind":"PodExecOptions",…,"stdin":true,"command":["sh"]}
 * }</pre>
 */
final class ConnectOptions {
  private ConnectOptions() {}

  static JsonObject of(RequestScope scope, SubresourceDefinition subresource) {
    QueryParameters query = scope.query();
    JsonObject options =
        JsonObject.of(
            "kind", subresource.kind().kind(), "apiVersion", subresource.kind().apiVersion());
    switch (subresource.name()) {
      case "exec", "attach" -> {
        for (String flag : List.of("stdin", "stdout", "stderr", "tty")) {
          if (Parameters.bool(query, flag)) {
            options.put(flag, true);
          }
        }
        putUnlessEmpty(options, "container", query.get("container"));
        if (query.has("command")) {
          options.put("command", new ArrayList<Object>(query.all("command")));
        }
      }
      case "portforward" -> {
        List<Object> ports = new ArrayList<>();
        for (String list : query.all("ports")) {
          for (String port : list.split(",")) {
            if (port.matches("[0-9]{1,5}")) {
              ports.add(Long.parseLong(port));
            }
          }
        }
        if (!ports.isEmpty()) {
          options.put("ports", ports);
        }
      }
      default -> {
        List<String> parts = scope.info().parts();
        putUnlessEmpty(
            options,
            "path",
            parts.size() > 3 ? "/" + String.join("/", parts.subList(3, parts.size())) : "");
      }
    }
    return options;
  }

  private static void putUnlessEmpty(JsonObject options, String name, String value) {
    if (!value.isEmpty()) {
      options.put(name, value);
    }
  }
}
