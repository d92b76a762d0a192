package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.AUTHORIZER;
import static dev.javernetes.api.cel.library.Kinds.BOOL;
import static dev.javernetes.api.cel.library.Kinds.DECISION;
import static dev.javernetes.api.cel.library.Kinds.GROUP_CHECK;
import static dev.javernetes.api.cel.library.Kinds.PATH_CHECK;
import static dev.javernetes.api.cel.library.Kinds.RESOURCE_CHECK;
import static dev.javernetes.api.cel.library.Kinds.STRING;

import dev.javernetes.api.cel.library.Access.Authorizer;
import dev.javernetes.api.cel.library.Access.Decision;
import dev.javernetes.api.cel.library.Access.GroupCheck;
import dev.javernetes.api.cel.library.Access.PathCheck;
import dev.javernetes.api.cel.library.Access.ResourceCheck;
import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.machinery.field.NameFormats;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Kubernetes' {@code authorizer}, with selectors. */
final class Authorizers {
  private Authorizers() {}

  static void declare(Functions functions) {
    functions.member(
        "path",
        "authorizer_path",
        PATH_CHECK,
        List.of(AUTHORIZER, STRING),
        a -> {
          if (((String) a[1]).isBlank()) {
            throw new EvaluationFailure("path must not be empty");
          }
          return new PathCheck((Authorizer) a[0], (String) a[1]);
        });
    functions.member(
        "group",
        "authorizer_group",
        GROUP_CHECK,
        List.of(AUTHORIZER, STRING),
        a -> new GroupCheck((Authorizer) a[0], (String) a[1]));
    functions.member(
        "serviceAccount",
        "authorizer_serviceaccount",
        AUTHORIZER,
        List.of(AUTHORIZER, STRING, STRING),
        a -> serviceAccount((Authorizer) a[0], (String) a[1], (String) a[2]));
    functions.member(
        "resource",
        "groupcheck_resource",
        RESOURCE_CHECK,
        List.of(GROUP_CHECK, STRING),
        a -> {
          if (((String) a[1]).isBlank()) {
            throw new EvaluationFailure("resource must not be empty");
          }
          GroupCheck group = (GroupCheck) a[0];
          return new ResourceCheck(group.authorizer(), group.group(), (String) a[1]);
        });
    Map.of(
            "subresource", "resourcecheck_subresource",
            "namespace", "resourcecheck_namespace",
            "name", "resourcecheck_name",
            "fieldSelector", "authorizer_fieldselector",
            "labelSelector", "authorizer_labelselector")
        .forEach((name, id) ->
            functions.member(
                name,
                id,
                RESOURCE_CHECK,
                List.of(RESOURCE_CHECK, STRING),
                a -> ((ResourceCheck) a[0]).with(name, (String) a[1])));
    functions.member(
        "check",
        "pathcheck_check",
        DECISION,
        List.of(PATH_CHECK, STRING),
        a -> ((PathCheck) a[0]).authorizer().path(((PathCheck) a[0]).path(), (String) a[1]));
    functions.member(
        "check",
        "resourcecheck_check",
        DECISION,
        List.of(RESOURCE_CHECK, STRING),
        a -> ((ResourceCheck) a[0]).authorizer().resource((ResourceCheck) a[0], (String) a[1]));
    functions.member(
        "allowed", "decision_allowed", BOOL, List.of(DECISION), a -> ((Decision) a[0]).allowed());
    functions.member(
        "reason", "decision_reason", STRING, List.of(DECISION), a -> ((Decision) a[0]).reason());
    functions.member(
        "errored",
        "decision_errored",
        BOOL,
        List.of(DECISION),
        a -> ((Decision) a[0]).error() != null);
    functions.member(
        "error",
        "decision_error",
        STRING,
        List.of(DECISION),
        a -> Objects.requireNonNullElse(((Decision) a[0]).error(), ""));
  }

  private static Authorizer serviceAccount(Authorizer authorizer, String namespace, String name) {
    if (!NameFormats.isDnsSubdomain(name)) {
      throw new EvaluationFailure("Invalid service account name");
    }
    if (!NameFormats.dnsLabel(namespace).isEmpty()) {
      throw new EvaluationFailure("Invalid service account namespace");
    }
    return authorizer.serviceAccount(namespace, name);
  }
}
