package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.codec.patch.GoPrint;
import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what a conversion webhook answers, and takes no more from it than it may change. */
final class ConversionAnswer {
  private ConversionAnswer() {}

  /** An answer that cannot be used; says why in upstream's words. */
  static final class BadAnswerException extends Exception {
    private static final long serialVersionUID = 1;

    BadAnswerException(String message) {
      super(message);
    }
  }

  /** The converted objects of a review of that version. */
  static List<Object> objects(JsonObject answer, String reviewVersion, String uid)
      throws BadAnswerException {
    JsonObject response = answer.object("response");
    if (reviewVersion.equals("v1")) {
      String apiVersion = answer.string("apiVersion");
      String kind = answer.string("kind");
      if (!apiVersion.equals("apiextensions.k8s.io/v1") || !kind.equals("ConversionReview")) {
        throw new BadAnswerException(
            "expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got "
                + apiVersion
                + ", Kind="
                + kind);
      }
    }
    if (response == null) {
      throw new BadAnswerException("no response provided");
    }
    // v1beta1 never looked at the uid
    if (reviewVersion.equals("v1") && !response.string("uid").equals(uid)) {
      throw new BadAnswerException(
          "expected response.uid=%s, got %s"
              .formatted(GoQuote.quote(uid), GoQuote.quote(response.string("uid"))));
    }
    JsonObject result = response.objectOrEmpty("result");
    if (!result.string("status").equals("Success")) {
      throw new BadAnswerException(
          result.string("message").isEmpty()
              ? "response.result.status was '" + result.string("status") + "', not 'Success'"
              : result.string("message"));
    }
    List<Object> objects = new ArrayList<>();
    List<@Nullable Object> converted = response.array("convertedObjects");
    if (converted != null) {
      converted.forEach(one -> objects.add(one == null ? new JsonObject() : one));
    }
    return objects;
  }

  /** The converted object with the original's metadata. */
  static JsonObject checked(JsonObject original, Object answered, String wanted, int index)
      throws BadAnswerException {
    if (!(answered instanceof JsonObject converted)) {
      throw new BadAnswerException(
          "invalid converted object at index " + index + ": not an object");
    }
    String at = "invalid object at index " + index + ": ";
    if (!converted.string("apiVersion").equals(wanted)) {
      throw new BadAnswerException(
          at
              + "invalid groupVersion (expected "
              + GroupVersion.parse(wanted)
              + ", received "
              + converted.string("apiVersion")
              + ")");
    }
    if (!converted.string("kind").equals(original.string("kind"))) {
      throw new BadAnswerException(
          at
              + "invalid kind (expected "
              + original.string("kind")
              + ", received "
              + converted.string("kind")
              + ")");
    }
    JsonObject before = original.objectOrEmpty("metadata");
    JsonObject after = converted.objectOrEmpty("metadata");
    same("name", "name", before, after);
    same("namespace", "namespace", before, after);
    same("UID", "uid", before, after);
    JsonObject result = new JsonObject(converted);
    result.put("metadata", metadata(before, converted));
    return result;
  }

  private static void same(String shown, String field, JsonObject before, JsonObject after)
      throws BadAnswerException {
    if (!before.string(field).equals(after.string(field))) {
      throw new BadAnswerException(
          "invalid object: must have the same %s: %s != %s"
              .formatted(shown, before.string(field), after.string(field)));
    }
  }

  private static JsonObject metadata(JsonObject before, JsonObject converted)
      throws BadAnswerException {
    String bad = "invalid metadata: ";
    if (!converted.containsKey("metadata")) {
      throw new BadAnswerException(bad + "missing metadata in converted object");
    }
    JsonObject answered = converted.object("metadata");
    if (answered == null) {
      throw new BadAnswerException(
          bad
              + "invalid metadata of type "
              + GoPrint.type(converted.get("metadata"))
              + " in converted object");
    }
    JsonObject metadata = before.deepCopy();
    for (String field : List.of("labels", "annotations")) {
      Object value = answered.get(field);
      if (value == null) {
        metadata.remove(field);
      } else if (value instanceof JsonObject texts) {
        checkTexts(field, texts, before.objectOrEmpty(field));
        metadata.put(field, texts);
      } else {
        throw new BadAnswerException(
            bad
                + "invalid metadata."
                + field
                + " of type "
                + GoPrint.type(value)
                + " in converted object");
      }
    }
    return metadata;
  }

  private static void checkTexts(String field, JsonObject texts, JsonObject before)
      throws BadAnswerException {
    Map<String, String> plain = new TreeMap<>();
    for (Map.Entry<String, @Nullable Object> entry : texts.entrySet()) {
      if (!(entry.getValue() instanceof String text)) {
        throw new BadAnswerException(
            "invalid metadata: metadata.%s[%s] must be a string, but is %s in converted object"
                .formatted(field, entry.getKey(), GoPrint.type(entry.getValue())));
      }
      plain.put(entry.getKey(), text);
    }
    if (texts.equals(before)) {
      return;
    }
    ErrorList errors = new ErrorList();
    if (field.equals("labels")) {
      ObjectMetaRules.validateLabels(plain, FieldPath.of("metadata", "labels"), errors);
    } else {
      ObjectMetaRules.validateAnnotations(plain, FieldPath.of("metadata", "annotation"), errors);
    }
    if (!errors.isEmpty()) {
      List<String> found = errors.asList().stream().map(FieldError::toString).distinct().toList();
      throw new BadAnswerException(
          "invalid metadata: "
              + (found.size() == 1 ? found.getFirst() : "[" + String.join(", ", found) + "]"));
    }
  }
}
