package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.HumanDuration;
import dev.javernetes.api.machinery.Timestamps;
import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An object that becomes a row, and the present time, with what many printers need of them. */
record Row(JsonObject object, Instant now) {
  static final String NONE = "<none>";
  static final String UNSET = "<unset>";
  static final String UNKNOWN = "<unknown>";

  JsonObject metadata() {
    return object.objectOrEmpty("metadata");
  }

  JsonObject spec() {
    return object.objectOrEmpty("spec");
  }

  JsonObject status() {
    return object.objectOrEmpty("status");
  }

  String name() {
    return metadata().string("name");
  }

  boolean deleted() {
    return metadata().has("deletionTimestamp");
  }

  String age() {
    return since(metadata(), "creationTimestamp");
  }

  /** How long ago the member's time was; {@code <unknown>} without one. */
  String since(JsonObject holder, String member) {
    Instant time = time(holder, member);
    return time == null ? UNKNOWN : HumanDuration.format(Duration.between(time, now));
  }

  static @Nullable Instant time(JsonObject holder, String member) {
    return Timestamps.parseOrNull(holder.string(member));
  }

  static String orElse(String text, String absent) {
    return text.isEmpty() ? absent : text;
  }

  /** {@code a=b,c=d} in the order of the keys. */
  static String labels(Map<String, String> labels) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(labels)
        .forEach((key, value) ->
            text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
    return orElse(text.toString(), NONE);
  }

  /**
   * A {@code meta.v1.LabelSelector} as the text of a query; {@code ""} for one that is absent or
   * empty.
   */
  static String selector(@Nullable JsonObject selector) {
    if (selector == null) {
      return "";
    }
    TreeMap<String, StringBuilder> byKey = new TreeMap<>();
    selector.stringMap("matchLabels").forEach((key, value) -> add(byKey, key, key + "=" + value));
    for (JsonObject one : selector.objects("matchExpressions")) {
      String key = one.string("key");
      String values = String.join(",", one.strings("values").stream().sorted().toList());
      switch (one.string("operator")) {
        case "In" -> add(byKey, key, key + " in (" + values + ")");
        case "NotIn" -> add(byKey, key, key + " notin (" + values + ")");
        case "Exists" -> add(byKey, key, key);
        case "DoesNotExist" -> add(byKey, key, "!" + key);
        default -> {}
      }
    }
    return String.join(",", byKey.values());
  }

  private static void add(TreeMap<String, StringBuilder> byKey, String key, String text) {
    StringBuilder all = byKey.computeIfAbsent(key, ignored -> new StringBuilder());
    all.append(all.isEmpty() ? "" : ",").append(text);
  }

  static String selectorOrNone(@Nullable JsonObject selector) {
    return orElse(selector(selector), NONE);
  }

  static String containerNames(JsonObject podSpec) {
    return joined(podSpec.objects("containers"), "name");
  }

  static String containerImages(JsonObject podSpec) {
    return joined(podSpec.objects("containers"), "image");
  }

  private static String joined(List<JsonObject> objects, String member) {
    return String.join(",", objects.stream().map(o -> o.string(member)).toList());
  }

  /** The status of the condition; {@code ""} if there is none of the type. */
  static String condition(JsonObject status, String type) {
    for (JsonObject condition : status.objects("conditions")) {
      if (condition.string("type").equals(type)) {
        return condition.string("status");
      }
    }
    return "";
  }

  /** Texts up to a number, and how many more there are. */
  static String first(List<String> texts, int shown) {
    if (texts.isEmpty()) {
      return NONE;
    }
    if (texts.size() <= shown) {
      return String.join(",", texts);
    }
    return String.join(",", texts.subList(0, shown)) + " + " + (texts.size() - shown) + " more...";
  }
}
