package dev.javernetes.api.generator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How Go holds a field, which decides what upstream writes when a field is zero: a pointer or a
 * value, left out when empty or not. Rules for most fields, exceptions from {@code go-shapes.txt}.
 */
final class GoFacts {

  /**
   * How a field is held.
   *
   * @param byValue the Go field is the value itself, not a pointer to it
   * @param omitEmpty tagged {@code omitempty}
   */
  record Shape(boolean byValue, boolean omitEmpty) {}

  private final Set<String> pointers = new HashSet<>();
  private final Set<String> values = new HashSet<>();
  private final Set<String> written = new HashSet<>();
  private final Set<String> omitted = new HashSet<>();
  private final Map<String, List<String>> enumerations = new HashMap<>();

  static GoFacts read() throws IOException {
    GoFacts facts = new GoFacts();
    try (InputStream in = GoFacts.class.getResourceAsStream("go-shapes.txt")) {
      if (in == null) {
        throw new IOException("no go-shapes.txt");
      }
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank() && !line.startsWith("#")) {
          facts.line(line.strip());
        }
      }
    }
    return facts;
  }

  private void line(String line) throws IOException {
    int colon = line.indexOf(": ");
    String[] words = line.substring(0, colon).split(" ");
    String content = line.substring(colon + 2);
    if (words[1].equals("enum")) {
      enumerations.put(words[0] + "." + words[2], List.of(content.split("\\|")));
      return;
    }
    Set<String> into =
        switch (words[1]) {
          case "pointer" -> pointers;
          case "value" -> values;
          case "written" -> written;
          case "omitempty" -> omitted;
          default -> throw new IOException("go-shapes.txt: " + line);
        };
    Arrays.stream(content.split(" ")).map(field -> words[0] + "." + field).forEach(into::add);
  }

  Shape shape(TypeModel type, FieldModel field) {
    String name = key(type, field);
    boolean byValue =
        values.contains(name) || !pointers.contains(name) && usuallyByValue(type, field);
    boolean omitEmpty = field.required() ? omitted.contains(name) : !written.contains(name);
    return new Shape(byValue, omitEmpty);
  }

  private static boolean usuallyByValue(TypeModel type, FieldModel field) {
    if (field.required() || field.typeMeta()) {
      return true;
    }
    return switch (field.type()) {
      case ValueType.Scalar scalar ->
          scalar == ValueType.Scalar.STRING || scalar == ValueType.Scalar.BYTES;
      case ValueType.Named ignored ->
          field.jsonName().equals("metadata")
              || Set.of("spec", "status").contains(field.jsonName())
                  && (type.kind()
                      || type.simpleName().endsWith("TemplateSpec")
                      || type.simpleName().endsWith("ClaimTemplate"));
      case ValueType.ListOf ignored -> true;
      case ValueType.MapOf ignored -> true;
      case ValueType.StringsMessage ignored -> true;
    };
  }

  List<String> enumeration(TypeModel type, FieldModel field) {
    return enumerations.getOrDefault(key(type, field), List.of());
  }

  /** {@code core.v1.PodSpec.hostname}. */
  private static String key(TypeModel type, FieldModel field) {
    String javaPackage =
        Names.javaPackage(type.protoPackage()).substring("dev.javernetes.api.model.".length());
    return javaPackage + "." + type.simpleName() + "." + field.jsonName();
  }
}
