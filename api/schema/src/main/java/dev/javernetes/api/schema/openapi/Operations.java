package dev.javernetes.api.schema.openapi;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.schema.openapi.Operation.Parameter;
import dev.javernetes.api.schema.openapi.ServedResource.ServedSubresource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The paths of a group and version and what can be done there, in upstream's words: {@code
 * listAppsV1NamespacedDeployment} is GET of {@code
 * /apis/apps/v1/namespaces/{namespace}/deployments}.
 */
final class Operations {
  static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  static final List<String> JSON_YAML_PROTOBUF =
      List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");
  private static final List<String> STREAMED =
      List.of(
          "application/json",
          "application/yaml",
          "application/vnd.kubernetes.protobuf",
          "application/json;stream=watch",
          "application/vnd.kubernetes.protobuf;stream=watch");
  private static final List<String> CUSTOM = List.of("application/json", "application/yaml");
  private static final List<String> PATCHES =
      List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/strategic-merge-patch+json",
          "application/apply-patch+yaml");
  private static final List<String> CUSTOM_PATCHES =
      List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/apply-patch+yaml");
  private static final List<String> ANY = List.of("*/*");
  private static final List<Integer> OK = List.of(200);

  private final Parameters parameters;
  private final GroupVersion groupVersion;
  private final String root;
  private final String tag;
  private final String idStem;
  private final Map<String, Map<String, Operation>> paths = new TreeMap<>();

  Operations(Parameters parameters, GroupVersion groupVersion) {
    this.parameters = parameters;
    this.groupVersion = groupVersion;
    this.root = groupVersion.resource("").root();
    String group = groupStem(groupVersion.group());
    this.tag = uncapital(group) + "_" + groupVersion.version();
    this.idStem = group + capital(groupVersion.version());
  }

  /**
   * {@code rbac.authorization.k8s.io} is {@code RbacAuthorization}; the core group {@code Core}.
   */
  static String groupStem(String group) {
    if (group.isEmpty()) {
      return "Core";
    }
    StringBuilder stem = new StringBuilder();
    String shortened = group.endsWith(".k8s.io") ? group.substring(0, group.length() - 7) : group;
    for (String word : shortened.split("[.\\-]")) {
      stem.append(capital(word));
    }
    return stem.toString();
  }

  Map<String, Map<String, Operation>> paths(List<ServedResource> resources) {
    // the list of a group that definitions have made stands in no document
    if (!resources.isEmpty() && resources.stream().allMatch(ServedResource::custom)) {
      return resources(resources);
    }
    put(
        root + "/",
        "get",
        new Operation(
            "get" + idStem + "APIResources",
            tag,
            "get available resources",
            "",
            null,
            List.of(),
            "",
            false,
            JSON_YAML_PROTOBUF,
            META + "APIResourceList",
            JSON_YAML_PROTOBUF,
            OK));
    return resources(resources);
  }

  private Map<String, Map<String, Operation>> resources(List<ServedResource> resources) {
    for (ServedResource resource : resources) {
      collection(resource);
      item(resource);
      watch(resource);
      for (ServedSubresource sub : resource.subresources()) {
        subresource(resource, sub);
      }
    }
    return paths;
  }

  private void collection(ServedResource r) {
    String kind = r.kind().kind();
    String scoped = (r.namespaced() ? "Namespaced" : "") + kind;
    String path = within(r) + r.plural();
    List<Parameter> place = place(r, "");
    if (r.verbs().contains("list")) {
      String words =
          r.verbs().contains("watch") ? "list or watch objects of kind " : "list objects of kind ";
      Operation list =
          operation(
              "list" + idStem + scoped,
              words + kind,
              "list",
              r.kind(),
              and(parameters.list(), place),
              r.listType(),
              r.custom() ? CUSTOM : STREAMED,
              OK);
      put(path, "get", list);
      if (r.namespaced()) {
        put(
            root + "/" + r.plural(),
            "get",
            operation(
                "list" + idStem + kind + "ForAllNamespaces",
                words + kind,
                "list",
                r.kind(),
                and(parameters.list(), List.of(Parameters.PRETTY)),
                r.listType(),
                r.custom() ? CUSTOM : STREAMED,
                OK));
      }
    }
    if (r.verbs().contains("create")) {
      put(
          path,
          "post",
          writing(
              r,
              "create" + idStem + scoped,
              "create" + article(kind) + kind,
              "post",
              and(parameters.create(), place),
              r.type(),
              r.custom(),
              List.of(200, 201, 202),
              r.kind()));
    }
    if (r.verbs().contains("deletecollection")) {
      put(
          path,
          "delete",
          deletion(
              r,
              "delete" + idStem + "Collection" + scoped,
              "delete collection of " + kind,
              "deletecollection",
              and(parameters.deleteCollection(), place),
              META + "Status",
              OK));
    }
  }

  private void item(ServedResource r) {
    String kind = r.kind().kind();
    String scoped = (r.namespaced() ? "Namespaced" : "") + kind;
    String path = within(r) + r.plural() + "/{name}";
    List<Parameter> place = place(r, r.kind().kind());
    if (r.verbs().contains("get")) {
      put(
          path,
          "get",
          operation(
              "read" + idStem + scoped,
              "read the specified " + kind,
              "get",
              r.kind(),
              r.custom() ? and(customRead(), place) : place,
              r.type(),
              produces(r),
              OK));
    }
    if (r.verbs().contains("update")) {
      put(
          path,
          "put",
          writing(
              r,
              "replace" + idStem + scoped,
              "replace the specified " + kind,
              "put",
              and(parameters.update(), place),
              r.type(),
              r.custom(),
              List.of(200, 201),
              r.kind()));
    }
    if (r.verbs().contains("patch")) {
      put(
          path,
          "patch",
          patching(
              r,
              "patch" + idStem + scoped,
              "partially update the specified " + kind,
              place,
              r.type(),
              r.kind()));
    }
    if (r.verbs().contains("delete")) {
      put(
          path,
          "delete",
          deletion(
              r,
              "delete" + idStem + scoped,
              "delete" + article(kind) + kind,
              "delete",
              and(parameters.delete(), place),
              r.returnsDeleted() ? r.type() : META + "Status",
              List.of(200, 202)));
    }
  }

  /** A custom resource's read takes the list's resourceVersion, as upstream registers it. */
  private List<Parameter> customRead() {
    return parameters.list().stream().filter(p -> p.name().equals("resourceVersion")).toList();
  }

  /** The old paths under {@code /watch/}. */
  private void watch(ServedResource r) {
    if (!r.verbs().contains("watch") || r.custom()) {
      return;
    }
    String kind = r.kind().kind();
    String listWords =
        "watch individual changes to a list of "
            + kind
            + ". deprecated: use the 'watch' parameter with a list operation instead.";
    String itemWords =
        "watch changes to an object of kind "
            + kind
            + ". deprecated: use the 'watch' parameter with a list operation instead, filtered to a"
            + " single item with the 'fieldSelector' parameter.";
    String namespaced = r.namespaced() ? "Namespaced" : "";
    String watchRoot = root + "/watch";
    String path = watchRoot + within(r).substring(root.length()) + r.plural();
    put(
        path,
        "get",
        watching(
            "watch" + idStem + namespaced + kind + "List",
            listWords,
            "watchlist",
            r,
            and(parameters.list(), place(r, ""))));
    put(
        path + "/{name}",
        "get",
        watching(
            "watch" + idStem + namespaced + kind,
            itemWords,
            "watch",
            r,
            and(parameters.list(), place(r, r.kind().kind()))));
    if (r.namespaced()) {
      put(
          watchRoot + "/" + r.plural(),
          "get",
          watching(
              "watch" + idStem + kind + "ListForAllNamespaces",
              listWords,
              "watchlist",
              r,
              and(parameters.list(), List.of(Parameters.PRETTY))));
    }
  }

  private Operation watching(
      String id, String words, String action, ServedResource r, List<Parameter> parameters) {
    return operation(id, words, action, r.kind(), parameters, META + "WatchEvent", STREAMED, OK);
  }

  private void subresource(ServedResource r, ServedSubresource sub) {
    String kind = r.kind().kind();
    String scoped = (r.namespaced() ? "Namespaced" : "") + kind + capital(sub.name());
    String path = within(r) + r.plural() + "/{name}/" + sub.name();
    List<Parameter> place =
        place(r, sub.style() == ServedResource.Style.TEXT ? kind : sub.kind().kind());
    String of = sub.name() + " of the specified " + kind;
    switch (sub.style()) {
      case OBJECT -> {
        if (sub.verbs().contains("get")) {
          put(
              path,
              "get",
              operation(
                  "read" + idStem + scoped,
                  "read " + of,
                  "get",
                  sub.kind(),
                  r.custom() ? and(customRead(), place) : place,
                  sub.type(),
                  produces(r),
                  OK));
        }
        if (sub.verbs().contains("update")) {
          put(
              path,
              "put",
              writing(
                  r,
                  "replace" + idStem + scoped,
                  "replace " + of,
                  "put",
                  and(parameters.update(), place),
                  sub.type(),
                  r.custom(),
                  List.of(200, 201),
                  sub.kind()));
        }
        if (sub.verbs().contains("patch")) {
          put(
              path,
              "patch",
              patching(
                  r,
                  "patch" + idStem + scoped,
                  "partially update " + of,
                  place,
                  sub.type(),
                  sub.kind()));
        }
        if (sub.verbs().contains("create")) {
          put(
              path,
              "post",
              writing(
                  r,
                  "create" + idStem + scoped,
                  "create " + sub.name() + " of" + article(kind) + kind,
                  "post",
                  and(parameters.create(), place),
                  sub.type(),
                  r.custom(),
                  List.of(200, 201, 202),
                  sub.kind()));
        }
      }
      case TEXT ->
          put(
              path,
              "get",
              operation(
                  "read" + idStem + scoped,
                  "read " + of,
                  "get",
                  r.kind(),
                  and(parameters.of(sub.type()), place),
                  "",
                  List.of(
                      "text/plain",
                      "application/json",
                      "application/yaml",
                      "application/vnd.kubernetes.protobuf"),
                  OK));
      case STREAM -> connect(path, scoped, sub, kind, List.of("get", "post"), place, "");
      case PROXY -> {
        List<String> methods = List.of("get", "put", "post", "delete", "options", "head", "patch");
        connect(path, scoped, sub, kind, methods, place, "");
        List<Parameter> deeper = new ArrayList<>(place);
        deeper.add(Parameters.path(kind));
        connect(path + "/{path}", scoped, sub, kind, methods, deeper, "WithPath");
      }
    }
  }

  private void connect(
      String path,
      String scoped,
      ServedSubresource sub,
      String kind,
      List<String> methods,
      List<Parameter> place,
      String suffix) {
    List<Parameter> all =
        and(
            parameters.of(sub.type()),
            place.stream().filter(p -> !p.name().equals("pretty")).toList());
    for (String method : methods) {
      put(
          path,
          method,
          operation(
              "connect" + idStem + capital(method) + scoped + suffix,
              "connect "
                  + method.toUpperCase(Locale.ROOT)
                  + " requests to "
                  + sub.name()
                  + " of "
                  + kind,
              "connect",
              sub.kind(),
              all,
              "",
              ANY,
              OK));
    }
  }

  private Operation operation(
      String id,
      String description,
      String action,
      @Nullable GroupVersionKind kind,
      List<Parameter> parameters,
      String answerType,
      List<String> produces,
      List<Integer> codes) {
    return new Operation(
        id,
        tag,
        description,
        action,
        kind,
        Parameters.sorted(parameters),
        "",
        false,
        ANY,
        answerType,
        produces,
        codes);
  }

  private Operation writing(
      ServedResource r,
      String id,
      String description,
      String action,
      List<Parameter> parameters,
      String type,
      boolean custom,
      List<Integer> codes,
      GroupVersionKind kind) {
    return new Operation(
        id,
        tag,
        description,
        action,
        kind,
        Parameters.sorted(parameters),
        type,
        true,
        custom ? CUSTOM : ANY,
        type,
        produces(r),
        codes);
  }

  private Operation patching(
      ServedResource r,
      String id,
      String description,
      List<Parameter> place,
      String type,
      GroupVersionKind kind) {
    return new Operation(
        id,
        tag,
        description,
        "patch",
        kind,
        Parameters.sorted(and(parameters.patch(), place)),
        META + "Patch",
        true,
        r.custom() ? CUSTOM_PATCHES : PATCHES,
        type,
        produces(r),
        r.custom() ? OK : List.of(200, 201));
  }

  private Operation deletion(
      ServedResource r,
      String id,
      String description,
      String action,
      List<Parameter> parameters,
      String answerType,
      List<Integer> codes) {
    return new Operation(
        id,
        tag,
        description,
        action,
        r.kind(),
        Parameters.sorted(parameters),
        META + "DeleteOptions",
        false,
        ANY,
        answerType,
        produces(r),
        codes);
  }

  private static List<String> produces(ServedResource r) {
    return r.custom() ? CUSTOM : JSON_YAML_PROTOBUF;
  }

  private String within(ServedResource r) {
    return r.namespaced() ? root + "/namespaces/{namespace}/" : root + "/";
  }

  /** Where the object is, {@code named} being what is named; {@code ""} for a collection. */
  private static List<Parameter> place(ServedResource r, String named) {
    List<Parameter> place = new ArrayList<>();
    if (!named.isEmpty()) {
      place.add(Parameters.name(named));
    }
    if (r.namespaced()) {
      place.add(Parameters.NAMESPACE);
    }
    place.add(Parameters.PRETTY);
    return place;
  }

  private static List<Parameter> and(List<Parameter> some, List<Parameter> others) {
    List<Parameter> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  private void put(String path, String method, Operation operation) {
    paths.computeIfAbsent(path, ignored -> new TreeMap<>()).put(method, operation);
  }

  GroupVersion groupVersion() {
    return groupVersion;
  }

  /** With a space on both sides; a plural ({@code Endpoints}) has none. */
  private static String article(String kind) {
    if (kind.endsWith("s") && !kind.endsWith("ss")) {
      return " ";
    }
    return "AEIOU".indexOf(kind.charAt(0)) >= 0 ? " an " : " a ";
  }

  static String capital(String word) {
    return word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  private static String uncapital(String word) {
    return Character.toLowerCase(word.charAt(0)) + word.substring(1);
  }
}
