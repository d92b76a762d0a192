package dev.javernetes.apiserver.request;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a request is about, read from its method, path and query alone. {@code GET
 * /apis/apps/v1/namespaces/default/deployments/web/scale} is verb {@code get}, group {@code apps},
 * version {@code v1}, namespace {@code default}, resource {@code deployments}, name {@code web},
 * subresource {@code scale}.
 *
 * @param verb {@code get list watch create update patch delete deletecollection proxy} for a
 *     resource, else the method in lower case
 * @param apiPrefix {@code api}, {@code apis} or {@code ""}
 * @param parts the path from the resource on
 */
public record RequestInfo(
    boolean isResourceRequest,
    String path,
    String verb,
    String apiPrefix,
    String apiGroup,
    String apiVersion,
    String namespace,
    String resource,
    String subresource,
    String name,
    List<String> parts) {

  private static final Set<String> SPECIAL_VERBS = Set.of("proxy", "watch");
  private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

  /** A name given by field selector counts as the request's name, as RBAC on one object needs. */
  public static RequestInfo of(String method, String path, QueryParameters query) {
    List<String> parts = new ArrayList<>();
    for (String part : Arrays.asList(path.split("/", -1))) {
      parts.add(part);
    }
    strip(parts);
    String lower = method.toLowerCase(java.util.Locale.ROOT);
    if (parts.size() < 3) {
      return nonResource(path, lower);
    }
    String prefix = parts.removeFirst();
    if (!prefix.equals("api") && !prefix.equals("apis")) {
      return nonResource(path, lower);
    }
    String group = "";
    if (prefix.equals("apis")) {
      if (parts.size() < 3) {
        return new RequestInfo(
            false, path, lower, prefix, parts.getFirst(), "", "", "", "", "", List.of());
      }
      group = parts.removeFirst();
    }
    String version = parts.removeFirst();
    return resource(method, path, query, prefix, group, version, parts);
  }

  private static RequestInfo resource(
      String method,
      String path,
      QueryParameters query,
      String prefix,
      String group,
      String version,
      List<String> parts) {
    String verb =
        switch (method) {
          case "POST" -> "create";
          case "GET", "HEAD" -> "get";
          case "PUT" -> "update";
          case "PATCH" -> "patch";
          case "DELETE" -> "delete";
          default -> "";
        };
    if (SPECIAL_VERBS.contains(parts.getFirst())) {
      if (parts.size() < 2) {
        return nonResource(path, method.toLowerCase(java.util.Locale.ROOT));
      }
      verb = parts.removeFirst();
    }
    String namespace = "";
    if (parts.getFirst().equals("namespaces") && parts.size() > 1) {
      namespace = parts.get(1);
      // a namespace's own subresource is not a resource within it
      if (parts.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(parts.get(2))) {
        parts = parts.subList(2, parts.size());
      }
    }
    String resource = parts.getFirst();
    String name = parts.size() > 1 ? parts.get(1) : "";
    String subresource = parts.size() > 2 && !verb.equals("proxy") ? parts.get(2) : "";
    if (name.isEmpty() && verb.equals("get")) {
      verb = isTrue(query, "watch") ? "watch" : "list";
    }
    if (name.isEmpty() && verb.equals("delete")) {
      verb = "deletecollection";
    }
    if (name.isEmpty()
        && (verb.equals("list") || verb.equals("watch") || verb.equals("deletecollection"))) {
      name = nameSelected(query.get("fieldSelector"));
    }
    return new RequestInfo(
        true,
        path,
        verb,
        prefix,
        group,
        version,
        namespace,
        resource,
        subresource,
        name,
        List.copyOf(parts));
  }

  private static void strip(List<String> parts) {
    while (!parts.isEmpty() && parts.getFirst().isEmpty()) {
      parts.removeFirst();
    }
    while (!parts.isEmpty() && parts.getLast().isEmpty()) {
      parts.removeLast();
    }
  }

  private static RequestInfo nonResource(String path, String verb) {
    return new RequestInfo(false, path, verb, "", "", "", "", "", "", "", List.of());
  }

  private static boolean isTrue(QueryParameters query, String name) {
    return query.has(name)
        && !Set.of("0", "false").contains(query.get(name).toLowerCase(java.util.Locale.ROOT));
  }

  private static String nameSelected(String fieldSelector) {
    for (String term : fieldSelector.split(",")) {
      int equals = term.indexOf('=');
      if (equals > 0 && term.substring(0, equals).equals("metadata.name")) {
        String value = term.substring(equals + 1);
        return value.startsWith("=") ? value.substring(1) : value;
      }
    }
    return "";
  }
}
