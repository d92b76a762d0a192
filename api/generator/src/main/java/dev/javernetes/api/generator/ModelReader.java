package dev.javernetes.api.generator;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Joins descriptors (shape, field numbers), comments (prose, markers) and OpenAPI's facts (JSON
 * names, required) into {@link TypeModel}s.
 *
 * <p>A protobuf field whose name OpenAPI does not know is a Go embedded struct: its fields belong
 * to the outer object in JSON ({@code Volume.volumeSource}). That is recognised, not listed.
 */
final class ModelReader {
  /** Kinds that OpenAPI does not show: sent to webhooks, or as query parameters. */
  private static final Set<String> KINDS_OUTSIDE_OPENAPI =
      Set.of(
          "AdmissionReview",
          "ConversionReview",
          "APIGroupDiscovery",
          "APIGroupDiscoveryList",
          "PodLogOptions",
          "PodExecOptions",
          "PodAttachOptions",
          "PodPortForwardOptions",
          "PodProxyOptions",
          "NodeProxyOptions",
          "ServiceProxyOptions",
          "PodStatusResult",
          "RangeAllocation",
          "SerializedReference",
          "PartialObjectMetadata",
          "PartialObjectMetadataList",
          "ListOptions",
          "GetOptions",
          "CreateOptions",
          "UpdateOptions",
          "PatchOptions",
          "TableOptions");

  private final ClassLoader artifacts;
  private final OpenApiFacts openApi;
  private final ProtoComments comments = new ProtoComments();
  private final ParagraphBreaks breaks;
  private final Set<String> leftOut = new TreeSet<>();
  private final Set<String> inlined = new HashSet<>();
  private final Set<String> described = new HashSet<>();

  ModelReader(ClassLoader artifacts, OpenApiFacts openApi, ParagraphBreaks breaks) {
    this.breaks = breaks;
    this.artifacts = artifacts;
    this.openApi = openApi;
  }

  /** All types by protobuf name, special ones included (without fields). */
  Map<String, TypeModel> read() throws IOException, ReflectiveOperationException {
    List<FileDescriptor> files = new ArrayList<>();
    for (String name : Sources.PROTO_CLASSES) {
      readComments("io/kubernetes/client/proto/" + name + ".java");
      Class<?> outer = artifacts.loadClass("io.kubernetes.client.proto." + name);
      files.add((FileDescriptor) outer.getMethod("getDescriptor").invoke(null));
    }
    Map<String, TypeModel> types = new LinkedHashMap<>();
    for (FileDescriptor file : files) {
      for (Descriptor message : file.getMessageTypes()) {
        String name = message.getFullName();
        if (Sources.LEFT_OUT.contains(name) || Sources.STRING_LISTS.contains(name)) {
          continue;
        }
        types.put(
            name,
            Sources.SPECIAL.containsKey(name)
                ? new TypeModel(
                    name,
                    breaks.apply(Names.openApi(name), comments.ofMessage(name)),
                    List.of(),
                    false)
                : type(message));
      }
    }
    types.keySet().removeIf(name -> inlined.contains(name) && !described.contains(name));
    for (TypeModel type : new AggregationReader(openApi).read()) {
      types.put(type.protoName(), type);
    }
    return types;
  }

  /** Fields that protobuf has and OpenAPI does not. */
  Set<String> leftOut() {
    return leftOut;
  }

  private void readComments(String resource) throws IOException {
    InputStream in = artifacts.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("no " + resource + ": is the sources artifact missing?");
    }
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      comments.read(reader);
    }
  }

  private TypeModel type(Descriptor message) throws IOException {
    String name = message.getFullName();
    String[] words = name.split("\\.");
    String group = words[words.length - 3];
    String version = words[words.length - 2];
    Optional<OpenApiFacts.Model> facts = openApi.model(group, version, message.getName());
    if (facts.isPresent()) {
      described.add(name);
    }
    boolean kind =
        facts
            .map(f ->
                f.names().containsAll(Set.of("kind", "apiVersion")) && !hasField(message, "kind"))
            .orElse(KINDS_OUTSIDE_OPENAPI.contains(message.getName()));
    List<FieldModel> fields = new ArrayList<>();
    if (kind) {
      fields.addAll(typeMeta());
    }
    flatten(message, name, facts, List.of(), fields);
    Comment comment = comments.ofMessage(name);
    return new TypeModel(
        name,
        breaks.apply(
            Names.openApi(name),
            facts.map(f -> comment.withParagraphsOf(f.description())).orElse(comment)),
        fields,
        kind);
  }

  private static boolean hasField(Descriptor message, String name) {
    return message.findFieldByName(name) != null;
  }

  /** {@code kind} and {@code apiVersion}, described as OpenAPI describes them everywhere. */
  private List<FieldModel> typeMeta() throws IOException {
    return typeMeta(openApi);
  }

  static List<FieldModel> typeMeta(OpenApiFacts openApi) throws IOException {
    OpenApiFacts.Model pod = openApi.named("V1Pod").orElseThrow();
    List<FieldModel> fields = new ArrayList<>();
    for (String name : List.of("kind", "apiVersion")) {
      OpenApiFacts.Member member = pod.members().get(name);
      String description = member == null ? "" : member.description();
      fields.add(
          new FieldModel(
              name,
              ValueType.Scalar.STRING,
              0,
              List.of(),
              new Comment(description, Map.of()),
              false,
              true));
    }
    return fields;
  }

  private void flatten(
      Descriptor message,
      String owner,
      Optional<OpenApiFacts.Model> facts,
      List<Integer> parents,
      List<FieldModel> into)
      throws IOException {
    Map<String, String> jsonNames = new LinkedHashMap<>();
    facts.ifPresent(f -> f.names().forEach(name -> jsonNames.put(Names.bare(name), name)));
    for (FieldDescriptor field : message.getFields()) {
      String name = field.getName();
      String jsonName =
          facts.isEmpty()
              ? Sources.RENAMED.getOrDefault(name, name)
              : jsonNames.get(Names.bare(name));
      if (jsonName == null) {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isRepeated()) {
          // the protobuf artifact runs ahead of the served API: not a field of this release
          leftOut.add(message.getFullName() + "." + name);
          continue;
        }
        inlined.add(field.getMessageType().getFullName());
        List<Integer> deeper = new ArrayList<>(parents);
        deeper.add(field.getNumber());
        flatten(field.getMessageType(), owner, facts, deeper, into);
        continue;
      }
      String finalName = jsonName;
      OpenApiFacts.@Nullable Member member =
          facts.map(f -> f.members().get(finalName)).orElse(null);
      boolean required = member != null && member.required();
      Comment comment = comments.ofField(message.getFullName(), field.getNumber());
      if (member != null) {
        // of a field of a named type, OpenAPI's text is missing or the type's own
        boolean trusted = !(valueType(field) instanceof ValueType.Named);
        comment = comment.withParagraphsOf(member.description(), trusted);
      }
      comment = breaks.apply(Names.openApi(owner) + "." + jsonName, comment);
      into.add(
          new FieldModel(
              jsonName, valueType(field), field.getNumber(), parents, comment, required, false));
    }
  }

  private static ValueType valueType(FieldDescriptor field) {
    if (field.isMapField()) {
      return new ValueType.MapOf(single(field.getMessageType().findFieldByNumber(2)));
    }
    return field.isRepeated() ? new ValueType.ListOf(single(field)) : single(field);
  }

  private static ValueType single(FieldDescriptor field) {
    return switch (field.getType()) {
      case STRING -> ValueType.Scalar.STRING;
      case INT32 -> ValueType.Scalar.INT32;
      case INT64 -> ValueType.Scalar.INT64;
      case BOOL -> ValueType.Scalar.BOOL;
      case BYTES -> ValueType.Scalar.BYTES;
      case DOUBLE -> ValueType.Scalar.DOUBLE;
      case MESSAGE -> {
        String name = field.getMessageType().getFullName();
        yield Sources.STRING_LISTS.contains(name)
            ? new ValueType.StringsMessage()
            : new ValueType.Named(name);
      }
      case FLOAT,
          UINT64,
          UINT32,
          FIXED64,
          FIXED32,
          GROUP,
          ENUM,
          SFIXED32,
          SFIXED64,
          SINT32,
          SINT64 ->
          throw new IllegalStateException(field.getFullName() + ": " + field.getType());
    };
  }
}
