package dev.javernetes.controllermanager.admissionpolicy;

import dev.cel.common.types.SimpleType;
import dev.javernetes.api.cel.CompileException;
import dev.javernetes.api.cel.Environment;
import dev.javernetes.api.cel.library.Kinds;
import dev.javernetes.api.cel.types.DeclaredType;
import dev.javernetes.api.cel.types.JsonTypedSchema;
import dev.javernetes.api.cel.types.ObjectShapes;
import dev.javernetes.api.cel.types.RequestTypes;
import dev.javernetes.api.cel.types.SchemaTypes;
import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compiles one policy's expressions once for each kind that its rules name, with that kind's types.
 * Kinds that are not served are passed over, and rules with a wildcard name none.
 */
final class TypeChecker {
  private static final int MAX_KINDS = 10;
  private static final Comparator<GroupVersionKind> ORDER =
      Comparator.comparing(GroupVersionKind::group)
          .thenComparing(GroupVersionKind::version)
          .thenComparing(GroupVersionKind::kind);

  /** A kind and what is visible of its objects. */
  private record Target(GroupVersionKind kind, Environment environment) {}

  private final JsonObject spec;
  private final PublishedSchemas schemas;
  private final List<Target> targets = new ArrayList<>();

  TypeChecker(JsonObject spec, PublishedSchemas schemas) {
    this.spec = spec;
    this.schemas = schemas;
    JsonObject paramKind = spec.object("paramKind");
    DeclaredType params =
        paramKind == null
            ? null
            : type(GroupVersionKind.of(paramKind.string("apiVersion"), paramKind.string("kind")));
    for (GroupVersionKind kind : kinds()) {
      DeclaredType object = type(kind);
      if (object != null) {
        targets.add(new Target(kind, environment(object, params)));
      }
    }
  }

  /** One for each expression that fails with some kind: {@code fieldRef} and {@code warning}. */
  List<JsonObject> warnings() {
    List<JsonObject> warnings = new ArrayList<>();
    List<JsonObject> validations = spec.objects("validations");
    for (int i = 0; i < validations.size(); i++) {
      for (String field : List.of("expression", "messageExpression")) {
        String expression = validations.get(i).string(field);
        String warning = expression.isEmpty() ? "" : warning(expression);
        if (!warning.isEmpty()) {
          warnings.add(
              JsonObject.of(
                  "fieldRef", "spec.validations[%d].%s".formatted(i, field), "warning", warning));
        }
      }
    }
    return warnings;
  }

  private String warning(String expression) {
    List<String> warnings = new ArrayList<>();
    for (Target target : targets) {
      try {
        target.environment.compile(expression);
      } catch (CompileException bad) {
        warnings.add(target.kind + ": " + bad.issues() + "\n");
      }
    }
    return String.join("\n", warnings);
  }

  private @Nullable DeclaredType type(GroupVersionKind kind) {
    JsonObject schema = schemas.schema(kind);
    DeclaredType type = schema == null ? null : SchemaTypes.of(new JsonTypedSchema(schema), true);
    return type == null ? null : type.named(kind.kind());
  }

  private Environment environment(DeclaredType object, @Nullable DeclaredType params) {
    Map<String, DeclaredType.Field> variables = new HashMap<>();
    Environment.Builder builder =
        Environment.builder()
            .variable("namespaceObject", RequestTypes.namespace())
            .variable("request", RequestTypes.request())
            .variable("object", object)
            .variable("oldObject", object)
            .variable("authorizer", () -> Kinds.AUTHORIZER)
            .variable("variables", ObjectShapes.growing("kubernetes.variables", variables));
    if (params != null) {
      builder.variable("params", params);
    } else if (spec.has("paramKind")) {
      builder.variable("params", () -> SimpleType.DYN);
    }
    Environment environment = builder.build();
    for (JsonObject variable : spec.objects("variables")) {
      DeclaredType.Field field;
      try {
        field = ObjectShapes.field(environment.compile(variable.string("expression")).type());
      } catch (CompileException bad) {
        field = ObjectShapes.field(SimpleType.DYN);
      }
      variables.put(variable.string("name"), field);
    }
    return environment;
  }

  private SortedSet<GroupVersionKind> kinds() {
    SortedSet<GroupVersionKind> kinds = new TreeSet<>(ORDER);
    for (JsonObject rule : spec.objectOrEmpty("matchConstraints").objects("resourceRules")) {
      List<String> groups = named(rule.strings("apiGroups"));
      List<String> versions = named(rule.strings("apiVersions"));
      List<String> resources =
          rule.strings("resources").stream()
              .filter(resource -> !resource.contains("*") && !resource.contains("/"))
              .sorted()
              .toList();
      int count = 0;
      for (String group : groups) {
        for (String version : versions) {
          for (String resource : resources) {
            GroupVersionKind kind =
                schemas.kind(new GroupVersion(group, version).resource(resource));
            if (kind != null) {
              kinds.add(kind);
              if (++count == MAX_KINDS) {
                return kinds;
              }
            }
          }
        }
      }
    }
    return kinds;
  }

  /** None at all if there is a wildcard among them. */
  private static List<String> named(List<String> names) {
    return names.stream().anyMatch(name -> name.contains("*"))
        ? List.of()
        : names.stream().sorted().toList();
  }
}
