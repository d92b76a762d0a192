package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.codec.apply.ObjectVersions;
import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.codec.decode.StrictErrors;
import dev.javernetes.api.codec.decode.UntypedDecoder;
import dev.javernetes.api.codec.patch.GoPrint;
import dev.javernetes.api.codec.patch.JsonMergePatch;
import dev.javernetes.api.codec.patch.JsonPatch;
import dev.javernetes.api.codec.patch.PatchException;
import dev.javernetes.api.codec.patch.StrategicMergePatch;
import dev.javernetes.api.codec.yaml.YamlReader;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ServedVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a PATCH makes of an object, before it is checked like any other update.
 *
 * @param patched in the patch's version, in normal form
 */
record Patches(JsonObject patched, List<String> strictErrors) {

  /** How the patch is to be understood. */
  record Target(ServedVersion version, ObjectVersions versions, boolean custom) {}

  static Patches apply(
      ObjectCodec codec,
      @Nullable JsonObject current,
      byte[] body,
      ObjectCodec.PatchType type,
      Target target,
      ObjectCodec.Manager manager,
      boolean force) {
    return switch (type) {
      case JSON -> json(codec, require(current), body, target.version);
      case MERGE -> merge(codec, require(current), body, target.version);
      case STRATEGIC -> strategic(codec, require(current), body, target.version);
      case APPLY_YAML -> serverSide(codec, current, body, target, manager, force);
    };
  }

  private static JsonObject require(@Nullable JsonObject current) {
    if (current == null) {
      throw new IllegalStateException("a patch of nothing");
    }
    return current;
  }

  private static Patches json(
      ObjectCodec codec, JsonObject current, byte[] body, ServedVersion version) {
    try {
      JsonPatch patch = JsonPatch.parse(body);
      Object document = patch.apply(current);
      return normal(codec, document, patch.strictErrors(), version, null);
    } catch (PatchException problem) {
      throw refused(problem);
    }
  }

  private static Patches merge(
      ObjectCodec codec, JsonObject current, byte[] body, ServedVersion version) {
    StrictErrors strict = new StrictErrors();
    Object patch = parse(body, strict);
    Object document = JsonMergePatch.apply(current, patch);
    return normal(codec, document, strict.asList(), version, null);
  }

  private static Patches strategic(
      ObjectCodec codec, JsonObject current, byte[] body, ServedVersion version) {
    StrictErrors strict = new StrictErrors();
    Object patch = parse(body, strict);
    if (!(patch instanceof JsonObject changes)) {
      throw ApiException.badRequest(
          "error decoding patch: json: cannot unmarshal "
              + (patch instanceof List ? "array" : patch instanceof String ? "string" : "number")
              + " into Go value of type map[string]interface {}");
    }
    try {
      StrategicMergePatch.Result result =
          StrategicMergePatch.apply(current, changes, version.schema());
      return normal(
          codec, result.document(), strict.asList(), version, GoPrint.value(result.patch()));
    } catch (PatchException problem) {
      throw refused(problem);
    }
  }

  private static @Nullable Object parse(byte[] body, StrictErrors strict) {
    try {
      return UntypedDecoder.decode(body, strict);
    } catch (DecodeException problem) {
      throw ApiException.badRequest("error decoding patch: " + problem.getMessage());
    }
  }

  private static Patches serverSide(
      ObjectCodec codec,
      @Nullable JsonObject current,
      byte[] body,
      Target target,
      ObjectCodec.Manager manager,
      boolean force) {
    YamlReader.Document document;
    try {
      document = YamlReader.read(body);
    } catch (DecodeException problem) {
      throw ApiException.badRequest("error decoding YAML: " + problem.getMessage());
    }
    if (!(document.tree() instanceof JsonObject configuration)) {
      throw ApiException.badRequest("error decoding YAML: not an object");
    }
    JsonObject merged =
        codec.apply(
            current, configuration, target.versions, target.version, target.custom, manager, force);
    return normal(codec, merged, document.strictErrors(), target.version, null);
  }

  private static Patches normal(
      ObjectCodec codec,
      @Nullable Object document,
      List<String> strictErrors,
      ServedVersion version,
      @Nullable String shownPatch) {
    if (!(document instanceof JsonObject object)) {
      throw badResult(document, "not an object", shownPatch);
    }
    try {
      ObjectCodec.Decoded decoded = codec.normalize(object, version);
      List<String> all = new ArrayList<>(strictErrors);
      all.addAll(decoded.strictErrors());
      JsonObject normal = decoded.object();
      normal.put("kind", version.kind().kind());
      normal.put("apiVersion", version.kind().apiVersion());
      return new Patches(normal, all);
    } catch (DecodeException problem) {
      throw badResult(object, String.valueOf(problem.getMessage()), shownPatch);
    }
  }

  private static ApiException badResult(
      @Nullable Object document, String why, @Nullable String shownPatch) {
    ErrorList errors = new ErrorList();
    errors.invalid(
        FieldPath.of("patch"), shownPatch == null ? Json.text(document) : shownPatch, why);
    return ApiException.invalid("", "", "", errors);
  }

  private static ApiException refused(PatchException problem) {
    String message = String.valueOf(problem.getMessage());
    return switch (problem.kind()) {
      case MALFORMED -> ApiException.badRequest(message);
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
