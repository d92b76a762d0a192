package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.Headers;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the client wants its answer: {@code Accept: application/json;as=Table;g=meta.k8s.io;v=v1,
 * application/json} asks for a table, and for plain JSON where there is none.
 *
 * @param metaVersion {@code meta.k8s.io/v1}, or v1beta1 as old clients ask for
 * @param includeObject what a table's rows hold: {@code Metadata}, {@code Object} or {@code None}
 */
record ResponseFormat(
    ObjectCodec.Format format,
    Transform transform,
    boolean pretty,
    String includeObject,
    String metaVersion) {

  private static final String META = "meta.k8s.io/v1";

  ResponseFormat(
      ObjectCodec.Format format, Transform transform, boolean pretty, String includeObject) {
    this(format, transform, pretty, includeObject, META);
  }

  /** A table or metadata in the version of {@code meta.k8s.io} that was asked for, in place. */
  JsonObject inMetaVersion(JsonObject tree) {
    if (metaVersion.equals(META) || !tree.string("apiVersion").equals(META)) {
      return tree;
    }
    tree.put("apiVersion", metaVersion);
    for (JsonObject row : tree.objects("rows")) {
      if (row.object("object") instanceof JsonObject object) {
        inMetaVersion(object);
      }
    }
    tree.objects("items").forEach(this::inMetaVersion);
    return tree;
  }

  /** The shape of the answer. */
  enum Transform {
    NONE,
    TABLE,
    PARTIAL,
    PARTIAL_LIST
  }

  /**
   * Reviews, which are only asked, and subresources that upstream has forgotten to give columns.
   */
  private static final Set<String> WITHOUT_TABLE =
      Set.of(
          "subjectaccessreviews/",
          "selfsubjectaccessreviews/",
          "localsubjectaccessreviews/",
          "selfsubjectrulesreviews/",
          "selfsubjectreviews/",
          "tokenreviews/",
          "resourceclaims/status",
          "certificatesigningrequests/approval");

  static final ResponseFormat PLAIN_JSON =
      new ResponseFormat(ObjectCodec.Format.JSON, Transform.NONE, false, "");

  /** One entry of an Accept header. */
  private record Clause(String type, Map<String, String> parameters, double quality) {}

  /** Throws 406 if nothing that is accepted can be given. */
  static ResponseFormat negotiate(RequestScope scope, ObjectCodec codec) {
    Set<Transform> possible = EnumSet.allOf(Transform.class);
    if (WITHOUT_TABLE.contains(scope.info().resource() + "/" + scope.info().subresource())) {
      possible.remove(Transform.TABLE);
    }
    return negotiate(scope.request(), codec, scope.requested(), possible);
  }

  static ResponseFormat negotiate(
      ApiRequest request,
      ObjectCodec codec,
      @Nullable ServedVersion version,
      Set<Transform> possible) {
    boolean pretty = wantsPretty(request);
    List<Clause> clauses = clauses(request.headers());
    if (clauses.isEmpty()) {
      return new ResponseFormat(ObjectCodec.Format.JSON, Transform.NONE, pretty, "");
    }
    if (clauses.stream().noneMatch(clause -> format(clause, codec, version) != null)) {
      throw new ApiException(
          ApiException.status(
              StatusReason.NOT_ACCEPTABLE,
              "406: Not Acceptable\n\nAvailable representations: "
                  + String.join(", ", supported(codec, version)),
              new JsonObject()));
    }
    for (Clause clause : clauses) {
      ObjectCodec.Format format = format(clause, codec, version);
      Transform transform = format == null ? null : transform(clause.parameters);
      boolean noTable =
          transform == Transform.TABLE
              && format != ObjectCodec.Format.JSON
              && format != ObjectCodec.Format.YAML;
      if (format != null && transform != null && possible.contains(transform) && !noTable) {
        String includeObject = request.query().get("includeObject");
        checkIncludeObject(transform, includeObject);
        String meta = clause.parameters.getOrDefault("v", "v1");
        return new ResponseFormat(
            format,
            transform,
            pretty,
            includeObject,
            transform == Transform.NONE ? META : "meta.k8s.io/" + meta);
      }
    }
    throw ObjectCodec.notAcceptable(supported(codec, version));
  }

  private static void checkIncludeObject(Transform transform, String includeObject) {
    if (transform == Transform.TABLE
        && !List.of("", "None", "Metadata", "Object").contains(includeObject)) {
      throw ApiException.badRequest(
          "Unable to convert to Table as requested: includeObject: Invalid value: "
              + GoQuote.quote(includeObject)
              + ": must be 'Metadata', 'Object', 'None', or empty");
    }
  }

  static List<String> supported(ObjectCodec codec, @Nullable ServedVersion version) {
    List<String> names = new ArrayList<>();
    for (ObjectCodec.Format format : ObjectCodec.Format.values()) {
      if (codec.supports(format, version)) {
        names.add(format.mediaType());
      }
    }
    return names;
  }

  private static @Nullable Transform transform(Map<String, String> parameters) {
    String kind = parameters.getOrDefault("as", "");
    if (kind.isEmpty()) {
      return parameters.containsKey("as") ? null : Transform.NONE;
    }
    String group = parameters.getOrDefault("g", "");
    String version = parameters.getOrDefault("v", "");
    if (!group.equals("meta.k8s.io") || !(version.equals("v1") || version.equals("v1beta1"))) {
      return null;
    }
    return switch (kind) {
      case "Table" -> Transform.TABLE;
      case "PartialObjectMetadata" -> Transform.PARTIAL;
      case "PartialObjectMetadataList" -> Transform.PARTIAL_LIST;
      default -> null;
    };
  }

  private static ObjectCodec.@Nullable Format format(
      Clause clause, ObjectCodec codec, @Nullable ServedVersion version) {
    if (clause.type.equals("*/*")) {
      return ObjectCodec.Format.JSON;
    }
    // metadata alone has every form, even that of a custom object
    boolean partial = clause.parameters.getOrDefault("as", "").startsWith("PartialObjectMetadata");
    for (ObjectCodec.Format format : ObjectCodec.Format.values()) {
      if (format.mediaType().equals(clause.type)
          && codec.supports(format, partial ? null : version)) {
        return format;
      }
    }
    return null;
  }

  private static List<Clause> clauses(Headers headers) {
    List<Clause> clauses = new ArrayList<>();
    for (String header : headers.all("Accept")) {
      for (String part : header.split(",")) {
        if (part.isBlank()) {
          continue;
        }
        String[] pieces = part.split(";");
        Map<String, String> parameters = new HashMap<>();
        double quality = 1;
        for (int i = 1; i < pieces.length; i++) {
          int equals = pieces[i].indexOf('=');
          if (equals < 0) {
            continue;
          }
          String name = pieces[i].substring(0, equals).strip();
          String value = pieces[i].substring(equals + 1).strip();
          parameters.put(name, value);
          if (name.equals("q")) {
            quality = parseQuality(value);
          }
        }
        clauses.add(new Clause(pieces[0].strip().toLowerCase(Locale.ROOT), parameters, quality));
      }
    }
    clauses.sort((left, right) -> Double.compare(right.quality, left.quality));
    return clauses;
  }

  private static double parseQuality(String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException notANumber) {
      return 1;
    }
  }

  private static boolean wantsPretty(ApiRequest request) {
    String asked = request.query().first("pretty");
    if (asked != null) {
      return asked.equals("1") || asked.equals("true") || asked.equals("t") || asked.equals("True");
    }
    String agent = request.headers().get("User-Agent");
    return agent.startsWith("curl") || agent.startsWith("Wget") || agent.startsWith("Mozilla/5.0");
  }
}
