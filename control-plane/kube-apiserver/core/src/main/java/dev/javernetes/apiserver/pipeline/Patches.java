package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.codec.apply.ObjectVersions;
import dev.javernetes.api.codec.cbor.CborReader;
import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.codec.decode.StrictErrors;
import dev.javernetes.api.codec.decode.UntypedDecoder;
import dev.javernetes.api.codec.patch.GoPrint;
import dev.javernetes.api.codec.patch.JsonMergePatch;
import dev.javernetes.api.codec.patch.JsonPatch;
import dev.javernetes.api.codec.patch.PatchException;
import dev.javernetes.api.codec.patch.StrategicMergePatch;
import dev.javernetes.api.codec.yaml.YamlReader;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ServedVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the body of a PATCH makes of an object, before that is checked like any other update. Each
 * kind of patch is decoded, applied and complained about in upstream's order and words.
 */
record Patches(ObjectCodec codec, RequestScope scope, WriteOptions options) {

  /** How the patch is to be understood: {@code scale} is patched in a version of its own. */
  record Target(ServedVersion version, ObjectVersions versions, boolean custom) {}

  static Patches of(ObjectCodec codec, RequestScope scope, WriteOptions options) {
    return new Patches(codec, scope, options);
  }

  /**
   * The patched object, in the target's version and in normal form.
   *
   * @param current {@code null} if there is none, for apply only
   */
  JsonObject apply(
      @Nullable JsonObject current,
      ObjectCodec.PatchType type,
      Target target,
      ObjectCodec.Manager manager) {
    try {
      return switch (type) {
        case JSON -> json(Objects.requireNonNull(current), target);
        case MERGE -> merge(Objects.requireNonNull(current), target);
        case STRATEGIC -> strategic(Objects.requireNonNull(current), target.version);
        case APPLY_YAML -> serverSide(current, yaml(), target, manager);
        case APPLY_CBOR -> serverSide(current, cbor(), target, manager);
      };
    } catch (PatchException problem) {
      throw refused(problem);
    }
  }

  private byte[] body() {
    return scope.request().body();
  }

  /** Whether unknown and duplicate fields are looked for. */
  private boolean validating() {
    return options.strict() || options.warn();
  }

  private JsonObject json(JsonObject current, Target target) throws PatchException {
    JsonPatch patch = JsonPatch.parse(body(), validating());
    return decoded(patch.apply(goOrder(current, target.version)), patch.strictErrors(), target);
  }

  private JsonObject merge(JsonObject current, Target target) throws PatchException {
    StrictErrors strict = new StrictErrors();
    Object patch;
    try {
      patch = UntypedDecoder.decode(body(), strict);
      if (validating() && patch != null) {
        UntypedDecoder.decodeObject(body(), new StrictErrors());
      }
    } catch (DecodeException problem) {
      throw ApiException.badRequest(
          validating() ? "error decoding patch: " + problem.getMessage() : "Invalid JSON Patch");
    }
    return decoded(
        JsonMergePatch.apply(goOrder(current, target.version), patch), strict.asList(), target);
  }

  /** Complaints show the whole object, and that as Go writes it. */
  private JsonObject goOrder(JsonObject current, ServedVersion version) {
    return codec.normalOrSame(current, version);
  }

  /** A patched document is read like a body. */
  private JsonObject decoded(@Nullable Object document, List<String> strictErrors, Target target) {
    ObjectCodec.Decoded decoded;
    try {
      decoded = codec.patched(Json.bytes(document), target.version);
    } catch (DecodeException problem) {
      throw badResult(shown(document, target), String.valueOf(problem.getMessage()));
    }
    List<String> all = new ArrayList<>(strictErrors);
    all.addAll(decoded.strictErrors());
    report(all, () -> shown(document, target));
    return decoded.object();
  }

  /** A custom object is a map to upstream, whose members have one order. */
  private static String shown(@Nullable Object document, Target target) {
    return target.custom ? GoPrint.mapJson(document) : GoPrint.json(document);
  }

  private JsonObject strategic(JsonObject current, ServedVersion version) throws PatchException {
    StrictErrors strict = new StrictErrors();
    JsonObject changes;
    try {
      changes = UntypedDecoder.decodeObject(body(), strict);
    } catch (DecodeException problem) {
      throw ApiException.badRequest(String.valueOf(problem.getMessage()));
    }
    StrategicMergePatch.Result result =
        StrategicMergePatch.apply(current, changes, version.schema());
    ObjectCodec.Decoded decoded;
    try {
      decoded = codec.normalize(result.document(), version);
    } catch (DecodeException problem) {
      throw badResult(
          GoPrint.value(result.patch()),
          FromUnstructured.words(String.valueOf(problem.getMessage())));
    }
    List<String> all = new ArrayList<>(strict.asList());
    decoded.strictErrors().stream().sorted().forEach(all::add);
    report(all, () -> GoPrint.value(result.patch()));
    return named(decoded.object(), version);
  }

  private YamlReader.Document yaml() {
    try {
      return YamlReader.read(body());
    } catch (DecodeException problem) {
      throw ApiException.badRequest(
          "error decoding YAML: error converting YAML to JSON: " + problem.getMessage());
    }
  }

  private YamlReader.Document cbor() {
    try {
      return new YamlReader.Document(CborReader.read(body()), List.of());
    } catch (DecodeException problem) {
      // upstream says YAML of both
      throw ApiException.badRequest("error decoding YAML: " + problem.getMessage());
    }
  }

  private JsonObject serverSide(
      @Nullable JsonObject current,
      YamlReader.Document document,
      Target target,
      ObjectCodec.Manager manager) {
    Object tree = document.tree();
    if (tree != null && !(tree instanceof JsonObject)) {
      throw ApiException.badRequest(
          "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot"
              + " unmarshal "
              + GoPrint.jsonKind(tree)
              + " into Go value of type map[string]interface {}");
    }
    JsonObject configuration = tree == null ? new JsonObject() : (JsonObject) tree;
    checkKind(configuration, target.version);
    JsonObject merged =
        codec.apply(
            current,
            configuration,
            target.versions,
            target.version,
            target.custom,
            manager,
            Boolean.TRUE.equals(options.force()));
    JsonObject applied;
    try {
      applied = named(codec.normalize(merged, target.version).object(), target.version);
    } catch (DecodeException problem) {
      throw ApiException.unclassified(
          "failed to convert new object ("
              + configuration.objectOrEmpty("metadata").string("namespace")
              + "/"
              + configuration.objectOrEmpty("metadata").string("name")
              + "; "
              + shown(target.version.kind())
              + ") to proper version: "
              + problem.getMessage());
    }
    if (options.strict() && !document.strictErrors().isEmpty()) {
      throw ApiException.badRequest(
          "error strict decoding YAML: error converting YAML to JSON: "
              + String.join("\n", document.strictErrors()));
    }
    RequestBodies.warn(document.strictErrors(), options, scope);
    return applied;
  }

  private static void checkKind(JsonObject configuration, ServedVersion version) {
    String kind = configuration.string("kind");
    String apiVersion = configuration.string("apiVersion");
    if (kind.equals(version.kind().kind()) && apiVersion.equals(version.kind().apiVersion())) {
      return;
    }
    int slash = apiVersion.indexOf('/');
    boolean sensible = slash == apiVersion.lastIndexOf('/');
    throw ApiException.badRequest(
        "invalid object type: "
            + (sensible ? (slash < 0 ? "/" : "") + apiVersion + ", Kind=" + kind : "/, Kind="));
  }

  private static String shown(GroupVersionKind kind) {
    return kind.group() + "/" + kind.version() + ", Kind=" + kind.kind();
  }

  private static JsonObject named(JsonObject normal, ServedVersion version) {
    normal.put("kind", version.kind().kind());
    normal.put("apiVersion", version.kind().apiVersion());
    return normal;
  }

  private void report(List<String> strictErrors, java.util.function.Supplier<String> shownPatch) {
    if (!strictErrors.isEmpty() && options.strict()) {
      throw badResult(
          shownPatch.get(), "strict decoding error: " + String.join(", ", strictErrors));
    }
    RequestBodies.warn(strictErrors, options, scope);
  }

  private static ApiException badResult(String shownPatch, String why) {
    ErrorList errors = new ErrorList();
    errors.invalid(FieldPath.of("patch"), shownPatch, why);
    return ApiException.invalid("", "", "", errors);
  }

  private static ApiException refused(PatchException problem) {
    String message = String.valueOf(problem.getMessage());
    return switch (problem.kind()) {
      case MALFORMED -> ApiException.badRequest(message);
      case FAILED -> ApiException.unclassified(message);
      case TOO_LARGE -> ApiException.of(StatusReason.REQUEST_ENTITY_TOO_LARGE, message);
      case DOES_NOT_APPLY ->
          new ApiException(
              ApiException.status(
                  StatusReason.INVALID,
                  "the server rejected our request due to an error in our request",
                  new JsonObject()));
    };
  }
}
