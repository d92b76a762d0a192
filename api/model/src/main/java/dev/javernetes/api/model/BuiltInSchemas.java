package dev.javernetes.api.model;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaBuilder;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.api.schema.SchemaFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of all built-in types, read from the generated file of {@link SchemaFile}'s layout.
 *
 * <p>Opening reads names and offsets only (about 2 ms); a type is decoded when first asked for,
 * descriptions when OpenAPI asks. Thread-safe.
 */
public final class BuiltInSchemas implements SchemaCatalog {
  private final byte[] file;
  private final String[] texts;
  private final Map<String, Integer> offsets;
  private final Map<GroupVersionKind, String> kinds;
  private final Map<String, Schema> decoded = new ConcurrentHashMap<>();
  private volatile @Nullable SoftReference<byte[]> descriptions;

  private BuiltInSchemas(byte[] file) {
    this.file = file;
    Cursor in = new Cursor(file, 0);
    int version = in.number();
    if (version != SchemaFile.VERSION) {
      throw new IllegalStateException("schema file of version " + version);
    }
    texts = new String[in.number()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = in.text();
    }
    int count = in.number();
    Map<String, Integer> lengths = LinkedHashMap.newLinkedHashMap(count);
    Map<GroupVersionKind, String> found = LinkedHashMap.newLinkedHashMap(count);
    for (int i = 0; i < count; i++) {
      String name = texts[in.number()];
      int group = in.number();
      if (group > 0) {
        found.put(kind(texts[group - 1], name), name);
      }
      lengths.put(name, in.number());
    }
    kinds = Collections.unmodifiableMap(found);
    int offset = in.position;
    for (Map.Entry<String, Integer> entry : lengths.entrySet()) {
      int length = entry.getValue();
      entry.setValue(offset);
      offset += length;
    }
    offsets = lengths;
  }

  private static final class Held {
    static final BuiltInSchemas INSTANCE = new BuiltInSchemas(resource(SchemaFile.SCHEMAS));
  }

  /** The one catalogue of this build. */
  public static BuiltInSchemas get() {
    return Held.INSTANCE;
  }

  @Override
  public Schema type(String name) {
    Schema known = decoded.get(name);
    if (known != null) {
      return known;
    }
    Integer offset = offsets.get(name);
    if (offset == null) {
      throw new IllegalArgumentException("no type " + name);
    }
    Schema read = node(new Cursor(file, offset)).schema;
    Schema first = decoded.putIfAbsent(name, read);
    return first == null ? read : first;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(offsets.keySet());
  }

  /** The name of each kind's type, in the order of groups and types. */
  public Map<GroupVersionKind, String> kinds() {
    return kinds;
  }

  /** The schema of a kind; {@code null} for one that is not built in. */
  public @Nullable Schema schemaOf(GroupVersionKind kind) {
    String name = kinds.get(kind);
    return name == null ? null : type(name);
  }

  /** {@code io.k8s.api.apps.v1.Deployment}: the last words are version and kind. */
  private static GroupVersionKind kind(String group, String name) {
    int dot = name.lastIndexOf('.');
    return new GroupVersionKind(
        group, name.substring(name.lastIndexOf('.', dot - 1) + 1, dot), name.substring(dot + 1));
  }

  private record Node(Schema schema, boolean required) {}

  private Node node(Cursor in) {
    int shape = in.number();
    int bits = in.number();
    SchemaBuilder made = Schema.builder().protoNumber(in.number());
    attributes(in, bits, made);
    switch (shape) {
      case SchemaFile.SCALAR ->
          made.type(Schema.Type.values()[in.number()]).format(texts[in.number()]);
      case SchemaFile.REFERENCE -> {
        String name = texts[in.number()];
        made.reference(name, () -> type(name));
      }
      case SchemaFile.LIST -> made.type(Schema.Type.ARRAY).items(node(in).schema);
      case SchemaFile.MAP -> made.type(Schema.Type.OBJECT).additionalProperties(node(in).schema);
      case SchemaFile.OBJECT -> properties(in, made.type(Schema.Type.OBJECT));
      case SchemaFile.STRINGS_MESSAGE ->
          made.type(Schema.Type.ARRAY)
              .wireType(Schema.WireType.LIST_MESSAGE)
              .items(Schema.builder().type(Schema.Type.STRING).protoNumber(1).build());
      default -> throw new IllegalStateException("shape " + shape);
    }
    return new Node(made.build(), (bits & SchemaFile.REQUIRED) != 0);
  }

  private void properties(Cursor in, SchemaBuilder made) {
    int count = in.number();
    Map<String, Schema> properties = LinkedHashMap.newLinkedHashMap(count);
    Set<String> required = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String name = texts[in.number()];
      Node property = node(in);
      properties.put(name, property.schema);
      if (property.required) {
        required.add(name);
      }
    }
    made.properties(properties).required(required);
  }

  private void attributes(Cursor in, int bits, SchemaBuilder made) {
    if ((bits & SchemaFile.DESCRIPTION) != 0) {
      int offset = in.number();
      int length = in.number();
      made.description(() -> description(offset, length));
    }
    if ((bits & SchemaFile.DEFAULT) != 0) {
      made.defaultValue(json(texts[in.number()]));
    }
    if ((bits & SchemaFile.LIST_TYPE) != 0) {
      made.listType(Schema.ListType.values()[in.number()]);
    }
    if ((bits & SchemaFile.LIST_MAP_KEYS) != 0) {
      made.listMapKeys(texts(in));
    }
    if ((bits & SchemaFile.PATCH_STRATEGY) != 0) {
      made.patchStrategies(strategies(in.number()));
    }
    if ((bits & SchemaFile.MERGE_KEY) != 0) {
      made.patchMergeKey(texts[in.number()]);
    }
    if ((bits & SchemaFile.PROTO_PARENTS) != 0) {
      List<Integer> parents = new ArrayList<>();
      for (int i = in.number(); i > 0; i--) {
        parents.add(in.number());
      }
      made.protoParents(parents);
    }
    if ((bits & SchemaFile.ENUMERATION) != 0) {
      made.enumeration(texts(in));
    }
    if ((bits & SchemaFile.WIRE_TYPE) != 0) {
      made.wireType(Schema.WireType.values()[in.number()]);
    }
    if ((bits & SchemaFile.ATOMIC_MAP) != 0) {
      made.mapType(Schema.MapType.ATOMIC);
    } else if ((bits & SchemaFile.GRANULAR_MAP) != 0) {
      made.mapType(Schema.MapType.GRANULAR);
    }
    made.nullable((bits & SchemaFile.NULLABLE) != 0)
        .omitEmpty((bits & SchemaFile.OMIT_EMPTY) != 0)
        .byValue((bits & SchemaFile.BY_VALUE) != 0);
  }

  private List<String> texts(Cursor in) {
    List<String> found = new ArrayList<>();
    for (int i = in.number(); i > 0; i--) {
      found.add(texts[in.number()]);
    }
    return found;
  }

  private static Set<Schema.PatchStrategy> strategies(int bits) {
    Set<Schema.PatchStrategy> found = EnumSet.noneOf(Schema.PatchStrategy.class);
    for (Schema.PatchStrategy strategy : Schema.PatchStrategy.values()) {
      if ((bits & 1 << strategy.ordinal()) != 0) {
        found.add(strategy);
      }
    }
    return found;
  }

  private static @Nullable Object json(String text) {
    try {
      return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (JsonSyntaxException e) {
      throw new IllegalStateException("default " + text, e);
    }
  }

  private String description(int offset, int length) {
    SoftReference<byte[]> reference = descriptions;
    byte[] all = reference == null ? null : reference.get();
    if (all == null) {
      all = resource(SchemaFile.DESCRIPTIONS);
      descriptions = new SoftReference<>(all);
    }
    return new String(all, offset, length, StandardCharsets.UTF_8);
  }

  private static byte[] resource(String name) {
    try (InputStream in =
        BuiltInSchemas.class.getResourceAsStream("/" + SchemaFile.FOLDER + "/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no " + name + " on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Cursor {
    private final byte[] bytes;
    private int position;

    Cursor(byte[] bytes, int position) {
      this.bytes = bytes;
      this.position = position;
    }

    int number() {
      int value = 0;
      int shift = 0;
      while (true) {
        byte next = bytes[position++];
        value |= (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
        shift += 7;
      }
    }

    String text() {
      int length = number();
      String text = new String(bytes, position, length, StandardCharsets.UTF_8);
      position += length;
      return text;
    }
  }
}
