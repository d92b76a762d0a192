package dev.javernetes.api.schema.openapi;

import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.api.schema.openapi.Operation.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Query parameters, from the schemas of the option kinds they are parsed into. */
final class Parameters {
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

  static final Parameter PRETTY =
      new Parameter(
          "pretty",
          false,
          "If 'true', then the output is pretty printed. Defaults to 'false' unless the user-agent"
              + " indicates a browser or command-line HTTP tool (curl and wget).",
          "string");
  static final Parameter NAMESPACE =
      new Parameter(
          "namespace",
          true,
          "object name and auth scope, such as for teams and projects",
          "string");

  private final SchemaCatalog catalog;

  Parameters(SchemaCatalog catalog) {
    this.catalog = catalog;
  }

  static Parameter name(String kind) {
    return new Parameter("name", true, "name of the " + kind, "string");
  }

  static Parameter path(String of) {
    return new Parameter("path", true, "path to the resource", "string");
  }

  List<Parameter> list() {
    return of(META + "ListOptions", Set.of());
  }

  List<Parameter> create() {
    return of(META + "CreateOptions", Set.of());
  }

  List<Parameter> update() {
    return of(META + "UpdateOptions", Set.of());
  }

  List<Parameter> patch() {
    return of(META + "PatchOptions", Set.of());
  }

  List<Parameter> delete() {
    return of(META + "DeleteOptions", Set.of());
  }

  List<Parameter> deleteCollection() {
    Set<String> names = new TreeSet<>();
    List<Parameter> both = new ArrayList<>();
    for (Parameter parameter : delete()) {
      names.add(parameter.name());
      both.add(parameter);
    }
    for (Parameter parameter : of(META + "ListOptions", Set.of("watch", "allowWatchBookmarks"))) {
      if (names.add(parameter.name())) {
        both.add(parameter);
      }
    }
    return sorted(both);
  }

  /** The options of a connection: {@code PodExecOptions}. */
  List<Parameter> of(String optionsType) {
    return of(optionsType, Set.of());
  }

  private List<Parameter> of(String optionsType, Set<String> without) {
    List<Parameter> parameters = new ArrayList<>();
    catalog
        .type(optionsType)
        .properties()
        .forEach((name, schema) -> {
          // fields of a named type (preconditions, sinceTime) are no parameters in OpenAPI
          boolean scalar = schema.protoNumber() > 0 && schema.reference() == null;
          if (scalar && !without.contains(name)) {
            parameters.add(new Parameter(name, false, schema.description(), type(schema)));
          }
        });
    return sorted(parameters);
  }

  static List<Parameter> sorted(List<Parameter> parameters) {
    List<Parameter> sorted = new ArrayList<>(parameters);
    sorted.sort(Comparator.comparing(Parameter::name).thenComparing(p -> !p.inPath()));
    return sorted;
  }

  private static String type(Schema schema) {
    return switch (schema.type()) {
      case INTEGER -> "integer";
      case BOOLEAN -> "boolean";
      case NUMBER -> "number";
      case ARRAY -> {
        Schema items = schema.items();
        yield items == null ? "string" : type(items);
      }
      case STRING, OBJECT, ANY -> "string";
    };
  }
}
