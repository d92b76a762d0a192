package dev.javernetes.api.codec.decode;

import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaCatalog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Go types behind a catalogue's named types: the schema says which fields there are, the file
 * {@code go-shapes.txt} beside this class which of them are pointers ({@code *}), written even when
 * empty ({@code !}), left out when zero ({@code ?}), and which have a named type ({@code
 * =v1.PullPolicy}). No published artifact has these facts. Compiled on first use, shared by all
 * threads.
 */
public final class GoShapes {
  private final SchemaCatalog catalog;
  private final Map<String, GoShape> compiled = new ConcurrentHashMap<>();

  public GoShapes(SchemaCatalog catalog) {
    this.catalog = catalog;
  }

  /** {@code typeName} as {@code io.k8s.api.core.v1.Pod}. */
  GoShape shape(String typeName) {
    GoShape known = compiled.get(typeName);
    if (known == null) {
      known = compile(catalog.type(typeName), typeName);
      compiled.putIfAbsent(typeName, known);
    }
    return known;
  }

  private GoShape compile(Schema schema, String typeName) {
    if (schema.type() != Schema.Type.OBJECT
        || schema.wireType() != Schema.WireType.NATURAL
        || schema.properties().isEmpty()) {
      return inPlace(schema, goName(typeName), typeName);
    }
    Map<String, String> facts = Facts.of(typeName);
    GoShape.Builder struct = new GoShape.Builder();
    schema
        .properties()
        .forEach((name, property) -> {
          String fact = facts.getOrDefault(name, "");
          int equals = fact.indexOf('=');
          String flags = equals < 0 ? fact : fact.substring(0, equals);
          String goType = equals < 0 ? null : fact.substring(equals + 1);
          struct.add(
              name,
              lazy(() -> field(property, goType)),
              flags.indexOf('*') >= 0,
              flags.indexOf('!') >= 0,
              flags.indexOf('?') >= 0);
        });
    return struct.build(goName(typeName));
  }

  private GoShape field(Schema property, @Nullable String goType) {
    String reference = property.reference();
    return reference != null && goType == null
        ? shape(reference)
        : inPlace(property, goType, reference);
  }

  private GoShape inPlace(Schema schema, @Nullable String goType, @Nullable String reference) {
    return switch (schema.wireType()) {
      case QUANTITY -> GoShape.scalar(GoShape.Kind.QUANTITY, "resource.Quantity");
      case INT_OR_STRING -> GoShape.scalar(GoShape.Kind.INT_OR_STRING, "intstr.IntOrString");
      case TIME -> GoShape.scalar(GoShape.Kind.TIME, "v1.Time");
      case MICRO_TIME -> GoShape.scalar(GoShape.Kind.MICRO_TIME, "v1.MicroTime");
      case DURATION -> GoShape.scalar(GoShape.Kind.DURATION, "v1.Duration");
      case RAW_JSON -> GoShape.scalar(GoShape.Kind.RAW, "runtime.RawExtension");
      case SCHEMA_UNION -> union(reference);
      case NATURAL, LIST_MESSAGE -> natural(schema, goType, reference);
    };
  }

  private GoShape union(@Nullable String reference) {
    String name = reference == null ? "" : goName(reference);
    boolean strings = name.endsWith("OrStringArray");
    String schemaProps =
        reference == null
            ? ""
            : reference.substring(0, reference.lastIndexOf('.')) + ".JSONSchemaProps";
    return GoShape.collection(
        GoShape.Kind.UNION, strings ? "[]string" : name, lazy(() -> shape(schemaProps)));
  }

  private GoShape natural(Schema schema, @Nullable String goType, @Nullable String reference) {
    return switch (schema.type()) {
      case STRING ->
          schema.format().equals("byte")
              ? GoShape.scalar(GoShape.Kind.BYTES, "[]uint8")
              : GoShape.scalar(GoShape.Kind.STRING, goType == null ? "string" : goType);
      case BOOLEAN -> GoShape.scalar(GoShape.Kind.BOOL, "bool");
      case NUMBER -> GoShape.scalar(GoShape.Kind.FLOAT64, "float64");
      case INTEGER ->
          schema.format().equals("int32")
              ? GoShape.scalar(GoShape.Kind.INT32, goType == null ? "int32" : goType)
              : GoShape.scalar(GoShape.Kind.INT64, goType == null ? "int64" : goType);
      case ARRAY -> list(schema, goType);
      case OBJECT -> object(schema, goType, reference);
      case ANY -> GoShape.scalar(GoShape.Kind.RAW, "interface {}");
    };
  }

  private GoShape list(Schema schema, @Nullable String goType) {
    Schema items = schema.items();
    if (items == null) {
      return GoShape.scalar(GoShape.Kind.RAW, "interface {}");
    }
    String elementType = goType != null && goType.startsWith("[]") ? goType.substring(2) : null;
    Supplier<GoShape> element = lazy(() -> field(items, elementType));
    String shown = goType != null ? goType : "[]" + typeText(items);
    return GoShape.collection(GoShape.Kind.LIST, shown, element);
  }

  private GoShape object(Schema schema, @Nullable String goType, @Nullable String reference) {
    Schema values = schema.additionalProperties();
    if (values != null) {
      int bracket = goType == null ? -1 : goType.indexOf(']');
      String valueType =
          goType != null && bracket > 0 && goType.startsWith("map[")
              ? goType.substring(bracket + 1)
              : null;
      String shown = goType != null ? goType : "map[string]" + typeText(values);
      return GoShape.collection(GoShape.Kind.MAP, shown, lazy(() -> field(values, valueType)));
    }
    if (reference != null && !schema.properties().isEmpty()) {
      return shape(reference);
    }
    if (!schema.properties().isEmpty()) {
      GoShape.Builder struct = new GoShape.Builder();
      schema
          .properties()
          .forEach((name, property) ->
              struct.add(name, lazy(() -> field(property, null)), false, false, false));
      return struct.build(goType == null ? "struct" : goType);
    }
    return reference != null && goType != null
        ? GoShape.struct(goType, java.util.List.of())
        : GoShape.scalar(GoShape.Kind.RAW, "interface {}");
  }

  private String typeText(Schema schema) {
    String reference = schema.reference();
    if (reference != null && schema.wireType() == Schema.WireType.NATURAL) {
      return goName(reference);
    }
    return inPlace(schema, null, reference).goType;
  }

  /** {@code v1.Pod} of {@code io.k8s.api.core.v1.Pod}. */
  private static String goName(String typeName) {
    int last = typeName.lastIndexOf('.');
    int before = typeName.lastIndexOf('.', last - 1);
    return typeName.substring(before + 1);
  }

  private static Supplier<GoShape> lazy(Supplier<GoShape> make) {
    return new Supplier<>() {
      private volatile @Nullable GoShape made;

      @Override
      public GoShape get() {
        GoShape known = made;
        if (known == null) {
          known = make.get();
          made = known;
        }
        return known;
      }
    };
  }

  /** The file, read once. */
  private static final class Facts {
    private static final Map<String, Map<String, String>> BY_TYPE = read();

    static Map<String, String> of(String typeName) {
      return BY_TYPE.getOrDefault(typeName, Map.of());
    }

    private static Map<String, Map<String, String>> read() {
      try (InputStream file = GoShapes.class.getResourceAsStream("go-shapes.txt")) {
        if (file == null) {
          throw new IllegalStateException("go-shapes.txt is missing from the class path");
        }
        Map<String, Map<String, String>> types = new HashMap<>();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] words = line.split(" ");
          Map<String, String> fields = HashMap.newHashMap(words.length);
          for (int i = 1; i < words.length; i++) {
            int end = nameLength(words[i]);
            fields.put(words[i].substring(0, end), words[i].substring(end));
          }
          types.put(words[0], fields);
        }
        return types;
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }

    private static int nameLength(String word) {
      int end = 0;
      while (end < word.length() && "*!?=".indexOf(word.charAt(end)) < 0) {
        end++;
      }
      return end;
    }
  }
}
