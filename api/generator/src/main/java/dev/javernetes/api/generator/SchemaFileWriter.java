package dev.javernetes.api.generator;

import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the two files that {@link SchemaFile} describes and the runtime reads. */
final class SchemaFileWriter {
  private final Map<String, Integer> pool = new LinkedHashMap<>();
  private final ByteArrayOutputStream descriptions = new ByteArrayOutputStream();
  private final Map<String, int[]> describedAt = new LinkedHashMap<>();
  private final GoFacts go;

  SchemaFileWriter(GoFacts go) {
    this.go = go;
  }

  void write(Iterable<TypeModel> types, Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    List<Integer> groups = new ArrayList<>();
    for (TypeModel type : types) {
      names.add(Names.openApi(type.protoName()));
      bodies.add(body(type));
      groups.add(type.kind() ? index(Sources.group(type.protoPackage())) + 1 : 0);
    }
    names.forEach(this::index);
    Bytes file = new Bytes();
    file.number(SchemaFile.VERSION);
    file.number(pool.size());
    pool.keySet().forEach(file::text);
    file.number(names.size());
    for (int i = 0; i < names.size(); i++) {
      file.number(index(names.get(i)));
      file.number(groups.get(i));
      file.number(bodies.get(i).length);
    }
    bodies.forEach(file::raw);
    Path target = folder.resolve(SchemaFile.FOLDER);
    Files.createDirectories(target);
    Files.write(target.resolve(SchemaFile.SCHEMAS), file.done());
    Files.write(target.resolve(SchemaFile.DESCRIPTIONS), descriptions.toByteArray());
  }

  private byte[] body(TypeModel type) {
    Bytes out = new Bytes();
    String special = Sources.SPECIAL.get(type.protoName());
    int bits = type.comment().description().isEmpty() ? 0 : SchemaFile.DESCRIPTION;
    if (special != null) {
      bits |= SchemaFile.WIRE_TYPE;
    }
    if (type.comment().marker("structType").equals("atomic")) {
      bits |= SchemaFile.ATOMIC_MAP;
    }
    if (type.kind()) {
      bits |= SchemaFile.KIND;
    }
    if (special != null) {
      out.number(SchemaFile.SCALAR);
      out.number(bits | SchemaFile.OMIT_EMPTY);
      out.number(0);
      description(out, type.comment().description());
      out.number(Schema.WireType.valueOf(special).ordinal());
      special(out, type.simpleName());
      return out.done();
    }
    out.number(SchemaFile.OBJECT);
    out.number(bits | SchemaFile.OMIT_EMPTY);
    out.number(0);
    description(out, type.comment().description());
    out.number(type.fields().size());
    for (FieldModel field : type.fields()) {
      out.number(index(field.jsonName()));
      node(out, type, field);
    }
    return out.done();
  }

  /** JSON's type and format of the messages that are not objects in JSON. */
  private void special(Bytes out, String name) {
    switch (name) {
      case "Quantity", "Duration" -> scalar(out, Schema.Type.STRING, "");
      case "Time", "MicroTime" -> scalar(out, Schema.Type.STRING, "date-time");
      case "IntOrString" -> scalar(out, Schema.Type.STRING, "int-or-string");
      case "RawExtension", "FieldsV1" -> scalar(out, Schema.Type.OBJECT, "");
      default -> scalar(out, Schema.Type.ANY, "");
    }
  }

  private void node(Bytes out, TypeModel type, FieldModel field) {
    Comment comment = field.comment();
    GoFacts.Shape shape = go.shape(type, field);
    String defaultJson = defaultOf(comment);
    String listType = comment.marker("listType");
    String mapType = comment.marker("mapType");
    if (mapType.isEmpty()) {
      mapType = comment.marker("structType");
    }
    List<String> keys = comment.markers("listMapKey");
    List<String> strategies =
        comment.has("patchStrategy")
            ? List.of(comment.marker("patchStrategy").split(","))
            : List.of();
    int bits = 0;
    bits |= comment.description().isEmpty() ? 0 : SchemaFile.DESCRIPTION;
    bits |= defaultJson.isEmpty() ? 0 : SchemaFile.DEFAULT;
    bits |= listType.isEmpty() ? 0 : SchemaFile.LIST_TYPE;
    bits |= mapType.equals("atomic") ? SchemaFile.ATOMIC_MAP : 0;
    bits |= mapType.equals("granular") ? SchemaFile.GRANULAR_MAP : 0;
    bits |= keys.isEmpty() ? 0 : SchemaFile.LIST_MAP_KEYS;
    bits |= strategies.isEmpty() ? 0 : SchemaFile.PATCH_STRATEGY;
    bits |= comment.has("patchMergeKey") ? SchemaFile.MERGE_KEY : 0;
    bits |= comment.has("nullable") ? SchemaFile.NULLABLE : 0;
    bits |= field.required() ? SchemaFile.REQUIRED : 0;
    bits |= shape.omitEmpty() ? SchemaFile.OMIT_EMPTY : 0;
    bits |= shape.byValue() ? SchemaFile.BY_VALUE : 0;
    bits |= field.protoParents().isEmpty() ? 0 : SchemaFile.PROTO_PARENTS;
    List<String> enumeration = go.enumeration(type, field);
    bits |= enumeration.isEmpty() ? 0 : SchemaFile.ENUMERATION;
    header(out, field.type(), bits);
    out.number(field.protoNumber());
    description(out, comment.description());
    if (!defaultJson.isEmpty()) {
      out.number(index(defaultJson));
    }
    if (!listType.isEmpty()) {
      out.number(Schema.ListType.valueOf(listType.toUpperCase(java.util.Locale.ROOT)).ordinal());
    }
    indices(out, keys);
    if (!strategies.isEmpty()) {
      int set = 0;
      for (String strategy : strategies) {
        set |= strategy.equals("merge") ? 1 : strategy.equals("replace") ? 2 : 4;
      }
      out.number(set);
    }
    if (comment.has("patchMergeKey")) {
      out.number(index(comment.marker("patchMergeKey")));
    }
    if (!field.protoParents().isEmpty()) {
      out.number(field.protoParents().size());
      field.protoParents().forEach(out::number);
    }
    indices(out, enumeration);
    content(out, field.type());
  }

  private void indices(Bytes out, List<String> texts) {
    if (!texts.isEmpty()) {
      out.number(texts.size());
      texts.forEach(text -> out.number(index(text)));
    }
  }

  /** Elements and map values: a node without anything said of it. */
  private void bareNode(Bytes out, ValueType type) {
    header(out, type, SchemaFile.OMIT_EMPTY);
    out.number(0);
    content(out, type);
  }

  private static void header(Bytes out, ValueType type, int bits) {
    out.number(
        switch (type) {
          case ValueType.Scalar ignored -> SchemaFile.SCALAR;
          case ValueType.Named ignored -> SchemaFile.REFERENCE;
          case ValueType.ListOf ignored -> SchemaFile.LIST;
          case ValueType.MapOf ignored -> SchemaFile.MAP;
          case ValueType.StringsMessage ignored -> SchemaFile.STRINGS_MESSAGE;
        });
    out.number(bits);
  }

  private void content(Bytes out, ValueType type) {
    switch (type) {
      case ValueType.Scalar scalar ->
          scalar(
              out,
              Schema.Type.valueOf(scalar.jsonType.toUpperCase(java.util.Locale.ROOT)),
              scalar.format);
      case ValueType.Named named -> out.number(index(Names.openApi(named.protoName())));
      case ValueType.ListOf list -> bareNode(out, list.element());
      case ValueType.MapOf map -> bareNode(out, map.value());
      case ValueType.StringsMessage ignored -> {}
    }
  }

  private void scalar(Bytes out, Schema.Type type, String format) {
    out.number(type.ordinal());
    out.number(index(format));
  }

  static String defaultOf(Comment comment) {
    String value = comment.marker("default");
    if (value.startsWith("ref(")) {
      String constant = value.substring(value.lastIndexOf('.') + 1).replaceAll("^ref\\(|\\)$", "");
      String known = Sources.DEFAULT_CONSTANTS.get(constant);
      if (known == null) {
        throw new IllegalStateException("add the value of " + constant + " to Sources");
      }
      return known;
    }
    return value;
  }

  private void description(Bytes out, String text) {
    if (text.isEmpty()) {
      return;
    }
    int[] place =
        describedAt.computeIfAbsent(
            text,
            ignored -> {
              byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
              int[] at = {descriptions.size(), bytes.length};
              descriptions.writeBytes(bytes);
              return at;
            });
    out.number(place[0]);
    out.number(place[1]);
  }

  private int index(String text) {
    return pool.computeIfAbsent(text, ignored -> pool.size());
  }

  /** Numbers as LEB128, texts as length and UTF-8. */
  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void number(int value) {
      int rest = value;
      while ((rest & ~0x7f) != 0) {
        out.write(rest & 0x7f | 0x80);
        rest >>>= 7;
      }
      out.write(rest);
    }

    void text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      number(bytes.length);
      out.writeBytes(bytes);
    }

    void raw(byte[] bytes) {
      out.writeBytes(bytes);
    }

    byte[] done() {
      return out.toByteArray();
    }
  }
}
