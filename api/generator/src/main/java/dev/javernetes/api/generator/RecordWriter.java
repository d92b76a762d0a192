package dev.javernetes.api.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes one Java file per type: an immutable record, its reader and writer of JSON trees, and its
 * builder.
 */
final class RecordWriter {
  private final Map<String, TypeModel> types;
  private final OpenApiFacts openApi;
  private final Path folder;
  private final Set<String> neverNull = new HashSet<>();

  RecordWriter(Map<String, TypeModel> types, OpenApiFacts openApi, Path folder) {
    this.types = types;
    this.openApi = openApi;
    this.folder = folder;
    for (TypeModel type : types.values()) {
      for (FieldModel field : type.fields()) {
        if (field.type() instanceof ValueType.Named named && alwaysThere(type, field, named)) {
          neverNull.add(named.protoName());
        }
      }
    }
  }

  void writeAll() throws IOException {
    Set<String> packages = new HashSet<>();
    for (TypeModel type : types.values()) {
      if (Sources.SPECIAL.containsKey(type.protoName())) {
        continue;
      }
      String javaPackage = Names.javaPackage(type.protoPackage());
      Path target = folder.resolve(javaPackage.replace('.', '/'));
      if (packages.add(javaPackage)) {
        Files.createDirectories(target);
        Files.writeString(target.resolve("package-info.java"), packageInfo(type, javaPackage));
      }
      Files.writeString(target.resolve(type.simpleName() + ".java"), source(type, javaPackage));
    }
  }

  private static String packageInfo(TypeModel type, String javaPackage) {
    return """
    /**
     * Generated from the published API: the records of {@code %s}. Uses the JSON tree and
     * other generated packages only. Start reading at the kind you are after.
     */
    @org.jspecify.annotations.NullMarked
    package %s;
    """
        .formatted(type.protoPackage(), javaPackage);
  }

  /** metadata of everything, spec and status of kinds, spec of templates. */
  private static boolean alwaysThere(TypeModel type, FieldModel field, ValueType.Named named) {
    return switch (field.jsonName()) {
      case "metadata" ->
          named.protoName().equals(Sources.META + "ObjectMeta")
              || named.protoName().equals(Sources.META + "ListMeta");
      case "spec", "status" ->
          (type.kind()
                  || type.simpleName().endsWith("TemplateSpec")
                  || type.simpleName().endsWith("ClaimTemplate"))
              && !Sources.SPECIAL.containsKey(named.protoName());
      default -> false;
    };
  }

  private String source(TypeModel type, String javaPackage) throws IOException {
    List<Component> components = new ArrayList<>();
    for (FieldModel field : type.fields()) {
      if (!field.typeMeta()) {
        components.add(component(type, field, javaPackage));
      }
    }
    String name = type.simpleName();
    boolean object = type.kind() && hasObjectMeta(type);
    StringBuilder out = new StringBuilder(4096);
    out.append("package ").append(javaPackage).append(";\n\n");
    out.append(
        """
        import dev.javernetes.api.machinery.IntOrString;
        import dev.javernetes.api.machinery.Quantity;
        import dev.javernetes.api.machinery.json.JsonObject;
        import dev.javernetes.api.model.KubernetesObject;
        import dev.javernetes.api.model.Read;
        import dev.javernetes.api.model.ResourceType;
        import dev.javernetes.api.model.Write;
        import java.time.Instant;
        import java.util.List;
        import java.util.Map;
        import java.util.Objects;
        import org.jspecify.annotations.Nullable;

        """);
    out.append("/** ").append(javadoc(type)).append(" */\n");
    out.append("public record ").append(name).append("(");
    out.append(
        String.join(",\n    ", components.stream().map(c -> c.declared + " " + c.name).toList()));
    out.append(")").append(object ? " implements KubernetesObject" : "").append(" {\n");
    constants(type, out, components.isEmpty());
    compactConstructor(name, components, out);
    reader(name, components, out);
    writer(type, components, out);
    if (object) {
      out.append(
          "  @Override public dev.javernetes.api.machinery.GroupVersionKind groupVersionKind() { return KIND; }\n");
      out.append("  @Override public ")
          .append(name)
          .append(
              " withMetadata(dev.javernetes.api.model.meta.v1.ObjectMeta metadata) {"
                  + " return toBuilder().metadata(metadata).build(); }\n");
    }
    builder(name, components, out);
    return out.append("}\n").toString();
  }

  private static boolean hasObjectMeta(TypeModel type) {
    return type.has("metadata")
        && type.field("metadata").type() instanceof ValueType.Named named
        && named.protoName().equals(Sources.META + "ObjectMeta");
  }

  private void constants(TypeModel type, StringBuilder out, boolean empty) {
    String name = type.simpleName();
    if (type.kind()) {
      String[] words = type.protoPackage().split("\\.");
      String version = words[words.length - 1];
      String group = Sources.group(type.protoPackage());
      out.append(
              "  public static final dev.javernetes.api.machinery.GroupVersionKind KIND = new dev.javernetes.api.machinery.GroupVersionKind(\"")
          .append(group)
          .append("\", \"")
          .append(version)
          .append("\", \"")
          .append(name)
          .append("\");\n");
      Optional<Resource> resource =
          hasObjectMeta(type) ? resource(group, version, name) : Optional.empty();
      resource.ifPresent(r ->
          out.append("  public static final ResourceType<")
              .append(name)
              .append("> TYPE = new ResourceType<>(KIND, \"")
              .append(r.plural)
              .append("\", ")
              .append(r.namespaced)
              .append(", ")
              .append(name)
              .append("::fromJson);\n"));
    }
    if (neverNull.contains(type.protoName())) {
      out.append("  public static final ")
          .append(name)
          .append(" EMPTY = ")
          .append(empty ? "new " + name + "()" : "builder().build()")
          .append(";\n");
    }
  }

  private record Resource(String plural, boolean namespaced) {}

  private Optional<Resource> resource(String group, String version, String kind) {
    String lower = kind.toLowerCase(Locale.ROOT);
    String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    for (String plural :
        List.of(lower + "s", lower + "es", lower.substring(0, lower.length() - 1) + "ies", lower)) {
      if (openApi.servesPath(root + "/namespaces/{namespace}/" + plural)) {
        return Optional.of(new Resource(plural, true));
      }
      if (openApi.servesPath(root + "/" + plural)) {
        return Optional.of(new Resource(plural, false));
      }
    }
    return Optional.empty();
  }

  private static void compactConstructor(
      String name, List<Component> components, StringBuilder out) {
    List<Component> checked = components.stream().filter(c -> !c.normalise.isEmpty()).toList();
    if (checked.isEmpty()) {
      return;
    }
    out.append("  public ").append(name).append(" {\n");
    for (Component c : checked) {
      out.append("    ").append(c.normalise).append('\n');
    }
    out.append("  }\n");
  }

  private static void reader(String name, List<Component> components, StringBuilder out) {
    out.append("  public static ")
        .append(name)
        .append(" fromJson(JsonObject o) {\n    return new ")
        .append(name)
        .append("(\n        ");
    out.append(String.join(",\n        ", components.stream().map(c -> c.read).toList()));
    out.append(");\n  }\n");
  }

  private static void writer(TypeModel type, List<Component> components, StringBuilder out) {
    if (type.kind() && hasObjectMeta(type)) {
      out.append("  @Override\n");
    }
    out.append("  public JsonObject toJson() {\n    JsonObject o = new JsonObject();\n");
    if (type.kind()) {
      out.append("    Write.kind(o, KIND);\n");
    }
    for (Component c : components) {
      out.append("    ").append(c.write).append('\n');
    }
    out.append("    return o;\n  }\n");
  }

  private static void builder(String name, List<Component> components, StringBuilder out) {
    out.append("  public static Builder builder() { return new Builder(); }\n");
    out.append("  public Builder toBuilder() {\n    Builder b = new Builder();\n");
    for (Component c : components) {
      out.append("    b.").append(c.name).append(" = ").append(c.name).append(";\n");
    }
    out.append("    return b;\n  }\n");
    out.append("  public static final class Builder {\n");
    for (Component c : components) {
      out.append("    private ")
          .append(c.declared)
          .append(' ')
          .append(c.name)
          .append(c.initial)
          .append(";\n");
    }
    for (Component c : components) {
      out.append("    public Builder ")
          .append(c.name)
          .append('(')
          .append(c.declared)
          .append(" value) { this.")
          .append(c.name)
          .append(" = value; return this; }\n");
    }
    out.append("    public ")
        .append(name)
        .append(" build() {\n      return new ")
        .append(name)
        .append("(")
        .append(String.join(", ", components.stream().map(c -> c.name).toList()))
        .append(");\n    }\n  }\n");
  }

  /**
   * A record component as source text.
   *
   * @param declared its type with {@code @Nullable}
   * @param initial the builder's initializer
   * @param normalise a statement of the compact constructor
   */
  private record Component(
      String name, String declared, String initial, String normalise, String read, String write) {}

  private Component component(TypeModel type, FieldModel field, String javaPackage) {
    String json = field.jsonName();
    String name = Names.component(json);
    String at = "(o, \"" + json + "\"";
    return switch (field.type()) {
      case ValueType.Scalar scalar -> scalar(type, json, name, scalar);
      case ValueType.StringsMessage ignored -> strings(json, name);
      case ValueType.ListOf list -> {
        if (list.element() == ValueType.Scalar.STRING) {
          yield strings(json, name);
        }
        String element = boxed(list.element(), javaPackage);
        yield new Component(
            name,
            "List<" + element + ">",
            " = List.of()",
            name + " = List.copyOf(" + name + ");",
            "Read.list" + at + ", " + asValue(list.element(), javaPackage) + ")",
            "Write.list" + at + ", " + name + ", " + asTree(list.element(), javaPackage) + ");");
      }
      case ValueType.MapOf map -> {
        boolean text =
            map.value() instanceof ValueType.Scalar s
                && (s == ValueType.Scalar.STRING || s == ValueType.Scalar.BYTES);
        yield new Component(
            name,
            "Map<String, " + boxed(map.value(), javaPackage) + ">",
            " = Map.of()",
            name + " = Read.frozen(" + name + ");",
            text
                ? "o.stringMap(\"" + json + "\")"
                : "Read.map" + at + ", " + asValue(map.value(), javaPackage) + ")",
            "Write.map" + at + ", " + name + ", " + asTree(map.value(), javaPackage) + ");");
      }
      case ValueType.Named named -> {
        String special = Sources.SPECIAL.get(named.protoName());
        if (special != null) {
          yield special(json, name, special);
        }
        String java = javaName(named.protoName(), javaPackage);
        if (alwaysThere(type, field, named)) {
          yield new Component(
              name,
              java,
              " = " + java + ".EMPTY",
              "Objects.requireNonNull(" + name + ", \"" + name + "\");",
              java + ".fromJson(o.objectOrEmpty(\"" + json + "\"))",
              "Write.nonEmpty" + at + ", " + name + ".toJson());");
        }
        yield new Component(
            name,
            nullable(java),
            "",
            "",
            "Read.object" + at + ", " + java + "::fromJson)",
            "if (" + name + " != null) { o.put(\"" + json + "\", " + name + ".toJson()); }");
      }
    };
  }

  private static Component strings(String json, String name) {
    return new Component(
        name,
        "List<String>",
        " = List.of()",
        name + " = List.copyOf(" + name + ");",
        "o.strings(\"" + json + "\")",
        "Write.strings(o, \"" + json + "\", " + name + ");");
  }

  private static Component scalar(
      TypeModel type, String json, String name, ValueType.Scalar scalar) {
    String at = "(o, \"" + json + "\"";
    String typeName =
        Names.javaPackage(type.protoPackage()).substring("dev.javernetes.api.model.".length())
            + "."
            + type.simpleName()
            + "."
            + json;
    String put = "Write.value" + at + ", " + name + ");";
    return switch (scalar) {
      case STRING, BYTES ->
          Sources.EMPTY_IS_A_VALUE.contains(typeName)
              ? new Component(
                  name, "@Nullable String", "", "", "o.stringOrNull(\"" + json + "\")", put)
              : new Component(
                  name,
                  "String",
                  " = \"\"",
                  "Objects.requireNonNull(" + name + ", \"" + name + "\");",
                  "o.string(\"" + json + "\")",
                  "Write.text" + at + ", " + name + ");");
      case INT32 -> new Component(name, "@Nullable Integer", "", "", "Read.int32" + at + ")", put);
      case INT64 ->
          new Component(name, "@Nullable Long", "", "", "o.integerOrNull(\"" + json + "\")", put);
      case DOUBLE -> new Component(name, "@Nullable Double", "", "", "Read.number" + at + ")", put);
      case BOOL ->
          new Component(name, "@Nullable Boolean", "", "", "o.boolOrNull(\"" + json + "\")", put);
    };
  }

  private static Component special(String json, String name, String special) {
    String at = "(o, \"" + json + "\"";
    return switch (special) {
      case "QUANTITY" ->
          new Component(
              name,
              "@Nullable Quantity",
              "",
              "",
              "Read.quantity" + at + ")",
              "Write.quantity" + at + ", " + name + ");");
      case "INT_OR_STRING" ->
          new Component(
              name,
              "@Nullable IntOrString",
              "",
              "",
              "Read.intOrString" + at + ")",
              "Write.intOrString" + at + ", " + name + ");");
      case "TIME" ->
          new Component(
              name,
              "@Nullable Instant",
              "",
              "",
              "Read.time" + at + ")",
              "Write.time" + at + ", " + name + ");");
      case "MICRO_TIME" ->
          new Component(
              name,
              "@Nullable Instant",
              "",
              "",
              "Read.time" + at + ")",
              "Write.microTime" + at + ", " + name + ");");
      default ->
          new Component(
              name,
              "@Nullable Object",
              "",
              "",
              "o.get(\"" + json + "\")",
              "Write.tree" + at + ", " + name + ");");
    };
  }

  private String boxed(ValueType type, String javaPackage) {
    return switch (type) {
      case ValueType.Scalar scalar ->
          switch (scalar) {
            case STRING, BYTES -> "String";
            case INT32 -> "Integer";
            case INT64 -> "Long";
            case DOUBLE -> "Double";
            case BOOL -> "Boolean";
          };
      case ValueType.StringsMessage ignored -> "List<String>";
      case ValueType.Named named -> {
        String special = Sources.SPECIAL.get(named.protoName());
        yield switch (special) {
          case null -> javaName(named.protoName(), javaPackage);
          case "QUANTITY" -> "Quantity";
          case "INT_OR_STRING" -> "IntOrString";
          case "TIME", "MICRO_TIME" -> "Instant";
          default -> "Object";
        };
      }
      case ValueType.ListOf list -> "List<" + boxed(list.element(), javaPackage) + ">";
      case ValueType.MapOf map -> "Map<String, " + boxed(map.value(), javaPackage) + ">";
    };
  }

  /** A function from a tree's value to the Java value, {@code null} for one of another type. */
  private String asValue(ValueType type, String javaPackage) {
    return switch (type) {
      case ValueType.Scalar scalar ->
          switch (scalar) {
            case STRING, BYTES -> "Read::asText";
            case INT32 -> "Read::asInt32";
            case INT64 -> "Read::asInt64";
            case DOUBLE -> "Read::asNumber";
            case BOOL -> "Read::asBool";
          };
      case ValueType.StringsMessage ignored -> "Read::asTexts";
      case ValueType.Named named -> {
        String special = Sources.SPECIAL.get(named.protoName());
        yield switch (special) {
          case null -> "Read.as(" + javaName(named.protoName(), javaPackage) + "::fromJson)";
          case "QUANTITY" -> "Read::asQuantity";
          case "INT_OR_STRING" -> "Read::asIntOrString";
          case "TIME", "MICRO_TIME" -> "Read::asTime";
          default -> "Read::asTree";
        };
      }
      case ValueType.ListOf ignored -> throw new IllegalStateException("a list of lists");
      case ValueType.MapOf ignored -> throw new IllegalStateException("a list of maps");
    };
  }

  private String asTree(ValueType type, String javaPackage) {
    return switch (type) {
      case ValueType.Scalar scalar ->
          scalar == ValueType.Scalar.INT32 ? "Integer::longValue" : "Write::same";
      case ValueType.StringsMessage ignored -> "Write::texts";
      case ValueType.Named named -> {
        String special = Sources.SPECIAL.get(named.protoName());
        yield switch (special) {
          case null -> javaName(named.protoName(), javaPackage) + "::toJson";
          case "QUANTITY" -> "Quantity::toString";
          case "INT_OR_STRING" -> "IntOrString::toJson";
          case "TIME" -> "Write::timeText";
          case "MICRO_TIME" -> "Write::microTimeText";
          default -> "Write::same";
        };
      }
      case ValueType.ListOf ignored -> throw new IllegalStateException("a list of lists");
      case ValueType.MapOf ignored -> throw new IllegalStateException("a list of maps");
    };
  }

  private static String javaName(String protoName, String javaPackage) {
    int dot = protoName.lastIndexOf('.');
    String itsPackage = Names.javaPackage(protoName.substring(0, dot));
    String simple = protoName.substring(dot + 1);
    return itsPackage.equals(javaPackage) ? simple : itsPackage + "." + simple;
  }

  /** {@code a.b.@Nullable C}: a type annotation stands before the simple name. */
  private static String nullable(String java) {
    int dot = java.lastIndexOf('.');
    return java.substring(0, dot + 1) + "@Nullable " + java.substring(dot + 1);
  }

  private static String javadoc(TypeModel type) {
    String text = type.comment().description().replaceAll("\\s+", " ");
    int end = text.indexOf(". ");
    String first = end < 0 ? text : text.substring(0, end + 1);
    return first.isEmpty()
        ? "{@code " + type.protoName() + "}."
        : first
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("@", "&#64;")
            .replace("*/", "*&#47;")
            .replace("\\", "&#92;");
  }
}
