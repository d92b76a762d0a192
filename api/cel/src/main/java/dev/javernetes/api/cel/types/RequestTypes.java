package dev.javernetes.api.cel.types;

import static dev.javernetes.api.cel.types.ObjectShapes.bool;
import static dev.javernetes.api.cel.types.ObjectShapes.dyn;
import static dev.javernetes.api.cel.types.ObjectShapes.integer;
import static dev.javernetes.api.cel.types.ObjectShapes.listOf;
import static dev.javernetes.api.cel.types.ObjectShapes.mapOf;
import static dev.javernetes.api.cel.types.ObjectShapes.object;
import static dev.javernetes.api.cel.types.ObjectShapes.string;
import static dev.javernetes.api.cel.types.ObjectShapes.timestamp;

/** The types of {@code request} and {@code namespaceObject}, as upstream declares them. */
public final class RequestTypes {
  private RequestTypes() {}

  public static DeclaredType request() {
    DeclaredType kind =
        object("kubernetes.GroupVersionKind").strings("group", "version", "kind").make();
    DeclaredType resource =
        object("kubernetes.GroupVersionResource").strings("group", "version", "resource").make();
    DeclaredType user =
        object("kubernetes.UserInfo")
            .strings("username", "uid")
            .with("groups", listOf(string()))
            .with("extra", mapOf(listOf(string())))
            .make();
    return object("kubernetes.AdmissionRequest")
        .with("kind", kind)
        .with("resource", resource)
        .with("requestKind", kind)
        .with("requestResource", resource)
        .strings("subResource", "requestSubResource", "name", "namespace", "operation")
        .with("userInfo", user)
        .with("dryRun", bool())
        .with("options", dyn())
        .make();
  }

  public static DeclaredType namespace() {
    DeclaredType condition =
        object("kubernetes.NamespaceCondition")
            .strings("status", "type", "message", "reason")
            .with("lastTransitionTime", timestamp())
            .make();
    DeclaredType metadata =
        object("kubernetes.NamespaceMetadata")
            .strings("name", "generateName", "namespace", "UID", "resourceVersion")
            .with("labels", mapOf(string()))
            .with("annotations", mapOf(string()))
            .with("creationTimestamp", timestamp())
            .with("deletionTimestamp", timestamp())
            .with("deletionGracePeriodSeconds", integer())
            .with("generation", integer())
            .with("finalizers", listOf(string()))
            .make();
    return object("kubernetes.Namespace")
        .with("metadata", metadata)
        .with(
            "spec", object("kubernetes.NamespaceSpec").with("finalizers", listOf(string())).make())
        .with(
            "status",
            object("kubernetes.NamespaceStatus")
                .strings("phase")
                .with("conditions", listOf(condition))
                .make())
        .make();
  }
}
