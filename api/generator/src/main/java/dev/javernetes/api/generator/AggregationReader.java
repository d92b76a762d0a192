package dev.javernetes.api.generator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * apiregistration/v1 and {@code version.Info}: client-java-proto lacks them, so their shape comes
 * from client-java-api's beans, and field numbers from {@link Sources#AGGREGATION}.
 */
final class AggregationReader {
  private static final String PREFIX = Sources.AGGREGATION_PACKAGE + ".";

  /** OpenAPI's beans lack the descriptions of fields that refer to a type. */
  private static final Map<String, String> DESCRIPTIONS =
      Map.of(
          "metadata", "Standard metadata.",
          "spec", "Where and how to reach the server of an API version.",
          "status", "What is known about the server.",
          "service",
              "The service of the API server; without one, this server serves the version itself.");

  private final OpenApiFacts openApi;

  AggregationReader(OpenApiFacts openApi) {
    this.openApi = openApi;
  }

  List<TypeModel> read() throws IOException {
    List<TypeModel> types = new ArrayList<>();
    for (String name : Sources.AGGREGATION.keySet().stream().sorted().toList()) {
      OpenApiFacts.Model model = openApi.model("apiregistration", "v1", name).orElseThrow();
      List<FieldModel> fields = new ArrayList<>();
      boolean kind = model.members().containsKey("kind");
      if (kind) {
        fields.addAll(ModelReader.typeMeta(openApi));
      }
      List<String> order = Sources.AGGREGATION.getOrDefault(name, List.of());
      for (int i = 0; i < order.size(); i++) {
        if (!order.get(i).isEmpty()) {
          fields.add(field(model, order.get(i), i + 1));
        }
      }
      types.add(new TypeModel(PREFIX + name, prose(model.description()), fields, kind));
    }
    types.add(version());
    return types;
  }

  private TypeModel version() throws IOException {
    OpenApiFacts.Model model = openApi.named("VersionInfo").orElseThrow();
    List<FieldModel> fields = new ArrayList<>();
    for (String name :
        List.of(
            "major",
            "minor",
            "emulationMajor",
            "emulationMinor",
            "minCompatibilityMajor",
            "minCompatibilityMinor",
            "gitVersion",
            "gitCommit",
            "gitTreeState",
            "buildDate",
            "goVersion",
            "compiler",
            "platform")) {
      fields.add(field(model, name, 0));
    }
    return new TypeModel(
        Sources.VERSION_PACKAGE + ".Info", prose(model.description()), fields, false);
  }

  private static FieldModel field(OpenApiFacts.Model model, String name, int number)
      throws IOException {
    OpenApiFacts.Member member = model.members().get(name);
    if (member == null) {
      throw new IOException("no member " + name);
    }
    Map<String, List<String>> markers =
        name.equals("conditions")
            ? Map.of(
                "listType", List.of("map"),
                "listMapKey", List.of("type"),
                "patchMergeKey", List.of("type"),
                "patchStrategy", List.of("merge"))
            : name.equals("caBundle") ? Map.of("listType", List.of("atomic")) : Map.of();
    return new FieldModel(
        name,
        valueType(member.javaType()),
        number,
        List.of(),
        new Comment(
            member.description().isEmpty()
                ? DESCRIPTIONS.getOrDefault(name, "")
                : member.description(),
            markers),
        member.required(),
        false);
  }

  private static ValueType valueType(String javaType) throws IOException {
    if (javaType.startsWith("List<")) {
      return new ValueType.ListOf(valueType(javaType.substring(5, javaType.length() - 1)));
    }
    return switch (javaType) {
      case "String" -> ValueType.Scalar.STRING;
      case "Integer" -> ValueType.Scalar.INT32;
      case "Boolean" -> ValueType.Scalar.BOOL;
      case "byte[]" -> ValueType.Scalar.BYTES;
      case "OffsetDateTime" -> new ValueType.Named(Sources.META + "Time");
      case "V1ObjectMeta" -> new ValueType.Named(Sources.META + "ObjectMeta");
      case "V1ListMeta" -> new ValueType.Named(Sources.META + "ListMeta");
      case "ApiregistrationV1ServiceReference" -> new ValueType.Named(PREFIX + "ServiceReference");
      case "V1APIService", "V1APIServiceSpec", "V1APIServiceStatus", "V1APIServiceCondition" ->
          new ValueType.Named(PREFIX + javaType.substring(2));
      default -> throw new IOException("unknown type " + javaType);
    };
  }

  private static Comment prose(String description) {
    return new Comment(description, Map.of());
  }
}
