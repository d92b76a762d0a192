package dev.javernetes.apiserver.authorization.node;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.authorization.rbac.PolicyRule;
import dev.javernetes.apiserver.authorization.rbac.RuleSource;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lets kubelets do what the role {@code system:node} says, of secrets, config maps, claims and the
 * like only to those that their node's pods refer to ({@link NodeGraph}), of nodes, leases and pods
 * only to their own. Has no opinion on anybody else.
 */
public final class NodeAuthorizer implements Authorizer, RuleSource, AutoCloseable {
  private static final Set<String> OWN_OBJECT_VERBS =
      Set.of("get", "create", "update", "patch", "delete");

  private final NodeGraph graph;
  private final List<PolicyRule> nodeRules;

  private NodeAuthorizer(NodeGraph graph, List<PolicyRule> nodeRules) {
    this.graph = graph;
    this.nodeRules = List.copyOf(nodeRules);
  }

  /** {@code nodeRules} are the rules of the bootstrap role {@code system:node}. */
  public static NodeAuthorizer over(ObjectReader reader, List<PolicyRule> nodeRules) {
    return new NodeAuthorizer(NodeGraph.over(reader), nodeRules);
  }

  @Override
  public Decision authorize(RequestAttributes request) {
    Optional<NodeIdentity> identity = NodeIdentity.of(request.user());
    if (identity.isEmpty()) {
      return Decision.NO_OPINION;
    }
    String node = identity.get().nodeName();
    if (node.isEmpty()) {
      return no("unknown node for user " + GoQuote.quote(request.user().name()));
    }
    if (!request.isResourceRequest()) {
      return byRules(request);
    }
    return switch (new GroupResource(request.apiGroup(), request.resource()).toString()) {
      case "secrets" -> read(node, NodeGraph.Type.SECRET, request);
      case "configmaps" -> read(node, NodeGraph.Type.CONFIG_MAP, request);
      case "persistentvolumeclaims" ->
          request.subresource().equals("status")
              ? updateStatus(node, request)
              : get(node, NodeGraph.Type.CLAIM, request);
      case "persistentvolumes" -> get(node, NodeGraph.Type.VOLUME, request);
      case "resourceclaims.resource.k8s.io" -> get(node, NodeGraph.Type.RESOURCE_CLAIM, request);
      case "volumeattachments.storage.k8s.io" ->
          get(node, NodeGraph.Type.VOLUME_ATTACHMENT, request);
      case "serviceaccounts" -> serviceAccount(node, request);
      case "leases.coordination.k8s.io" -> lease(node, request);
      case "csinodes.storage.k8s.io" -> csiNode(node, request);
      case "resourceslices.resource.k8s.io" -> resourceSlice(node, request);
      case "nodes" -> node(node, request);
      case "pods" -> pod(node, request);
      default -> byRules(request);
    };
  }

  private Decision byRules(RequestAttributes request) {
    return nodeRules.stream().anyMatch(rule -> rule.allows(request)) ? yes() : no("");
  }

  private Decision read(String node, NodeGraph.Type type, RequestAttributes request) {
    if (!Set.of("get", "list", "watch").contains(request.verb())) {
      return no("can only read resources of this type");
    }
    if (!request.subresource().isEmpty()) {
      return no("cannot read subresource");
    }
    if (request.namespace().isEmpty()) {
      return no("can only read namespaced object of this type");
    }
    return related(node, type, request);
  }

  private Decision get(String node, NodeGraph.Type type, RequestAttributes request) {
    if (!request.verb().equals("get")) {
      return no("can only get individual resources of this type");
    }
    if (!request.subresource().isEmpty()) {
      return no("cannot get subresource");
    }
    return related(node, type, request);
  }

  private Decision updateStatus(String node, RequestAttributes request) {
    if (!request.verb().equals("update") && !request.verb().equals("patch")) {
      return no("can only get/update/patch this type");
    }
    return related(node, NodeGraph.Type.CLAIM, request);
  }

  private Decision related(String node, NodeGraph.Type type, RequestAttributes request) {
    if (request.name().isEmpty()) {
      return no("No Object name found");
    }
    return graph.related(node, type, request.namespace(), request.name()) ? yes() : unrelated(node);
  }

  private static Decision unrelated(String node) {
    return no("no relationship found between node '%s' and this object".formatted(node));
  }

  private Decision serviceAccount(String node, RequestAttributes request) {
    if (request.verb().equals("get") && request.subresource().isEmpty()) {
      return read(node, NodeGraph.Type.SERVICE_ACCOUNT, request);
    }
    if (!request.verb().equals("create") || request.name().isEmpty()) {
      return no("can only create tokens for individual service accounts");
    }
    if (!request.subresource().equals("token")) {
      return no("can only create token subresource of serviceaccount");
    }
    return related(node, NodeGraph.Type.SERVICE_ACCOUNT, request);
  }

  /** On creation the name is not known yet; NodeRestriction looks at it. */
  private static Decision lease(String node, RequestAttributes request) {
    if (!OWN_OBJECT_VERBS.contains(request.verb())) {
      return no("can only get, create, update, patch, or delete a node lease");
    }
    if (!request.namespace().equals("kube-node-lease")) {
      return no("can only access leases in the \"kube-node-lease\" system namespace");
    }
    return request.verb().equals("create") || request.name().equals(node)
        ? yes()
        : no("can only access node lease with the same name as the requesting node");
  }

  private static Decision csiNode(String node, RequestAttributes request) {
    if (!OWN_OBJECT_VERBS.contains(request.verb())) {
      return no("can only get, create, update, patch, or delete a CSINode");
    }
    if (!request.subresource().isEmpty()) {
      return no("cannot authorize CSINode subresources");
    }
    return request.verb().equals("create") || request.name().equals(node)
        ? yes()
        : no("can only access CSINode with the same name as the requesting node");
  }

  private Decision resourceSlice(String node, RequestAttributes request) {
    if (!request.subresource().isEmpty()) {
      return no("cannot authorize ResourceSlice subresources");
    }
    return switch (request.verb()) {
      case "create" -> yes(); // NodeRestriction looks at spec.nodeName
      case "get", "update", "patch", "delete" ->
          related(node, NodeGraph.Type.RESOURCE_SLICE, request);
      case "watch", "list", "deletecollection" ->
          selects(request, "spec.nodeName", node)
              ? yes()
              : no(
                  "can only list/watch/deletecollection resourceslices with nodeName field"
                      + " selector");
      default ->
          no(
              "only the following verbs are allowed for a ResourceSlice: get, watch, list, create,"
                  + " update, patch, delete, deletecollection");
    };
  }

  private static Decision node(String node, RequestAttributes request) {
    String verb = request.verb();
    switch (request.subresource()) {
      case "" -> {
        if (Set.of("create", "update", "patch").contains(verb)) {
          return yes();
        }
        if (Set.of("get", "list", "watch").contains(verb)) {
          if (request.name().equals(node)) {
            return yes();
          }
          return request.name().isEmpty()
              ? no("node '%s' cannot read all nodes, only its own Node object".formatted(node))
              : no(
                  "node '%s' cannot read '%s', only its own Node object"
                      .formatted(node, request.name()));
        }
      }
      case "status" -> {
        if (verb.equals("update") || verb.equals("patch")) {
          return yes();
        }
      }
      default -> {
        // nothing else of a node is a kubelet's business
      }
    }
    return no("");
  }

  private Decision pod(String node, RequestAttributes request) {
    String verb = request.verb();
    switch (request.subresource()) {
      case "" -> {
        switch (verb) {
          case "get" -> {
            return get(node, NodeGraph.Type.POD, request);
          }
          case "list", "watch" -> {
            if (selects(request, "spec.nodeName", node)) {
              return yes();
            }
            return request.name().isEmpty()
                ? no("can only list/watch pods with spec.nodeName field selector")
                : related(node, NodeGraph.Type.POD, request);
          }
          case "create", "delete" -> {
            return yes(); // mirror pods; NodeRestriction looks at them
          }
          default -> {
            return no("");
          }
        }
      }
      case "status" -> {
        return verb.equals("update") || verb.equals("patch") ? yes() : no("");
      }
      case "eviction" -> {
        return verb.equals("create") ? yes() : no("");
      }
      default -> {
        return no("");
      }
    }
  }

  private static boolean selects(RequestAttributes request, String field, String value) {
    for (String term : request.fieldSelector().split(",")) {
      String wanted = term.strip();
      if (wanted.equals(field + "=" + value) || wanted.equals(field + "==" + value)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Rules rulesFor(UserInfo user, String namespace) {
    return NodeIdentity.of(user).isPresent()
        ? new Rules(List.of(), "node authorizer does not support user rule resolution", true)
        : new Rules(List.of(), "", false);
  }

  private static Decision yes() {
    return new Decision(Verdict.ALLOW, "");
  }

  private static Decision no(String reason) {
    return reason.isEmpty() ? Decision.NO_OPINION : new Decision(Verdict.NO_OPINION, reason);
  }

  @Override
  public void close() throws Exception {
    graph.close();
  }
}
