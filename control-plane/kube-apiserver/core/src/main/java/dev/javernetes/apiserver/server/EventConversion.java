package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Conversion;
import dev.javernetes.apiserver.registry.ServedVersion;
import java.util.List;
import java.util.Map;

/** core/v1 Event and events.k8s.io/v1 Event: the same content under other names. */
final class EventConversion implements Conversion {
  private static final Map<String, String> TO_NEW =
      Map.of(
          "involvedObject",
          "regarding",
          "message",
          "note",
          "reportingComponent",
          "reportingController",
          "source",
          "deprecatedSource",
          "firstTimestamp",
          "deprecatedFirstTimestamp",
          "lastTimestamp",
          "deprecatedLastTimestamp",
          "count",
          "deprecatedCount");
  private static final List<String> ALWAYS_NEW =
      List.of("deprecatedFirstTimestamp", "deprecatedLastTimestamp", "eventTime");

  @Override
  public JsonObject convert(JsonObject object, ServedVersion from, ServedVersion to) {
    boolean toNew = !to.kind().group().isEmpty();
    JsonObject converted = new JsonObject();
    converted.put("kind", "Event");
    converted.put("apiVersion", to.kind().apiVersion());
    object.forEach((name, value) -> {
      if (!name.equals("kind") && !name.equals("apiVersion")) {
        converted.put(rename(name, toNew), value);
      }
    });
    if (toNew) {
      ALWAYS_NEW.forEach(name -> converted.putIfAbsent(name, null));
      converted.putIfAbsent("deprecatedSource", new JsonObject());
      converted.putIfAbsent("regarding", new JsonObject());
      for (String name : List.of("reportingController", "reportingInstance")) {
        if (converted.string(name).isEmpty()) {
          converted.remove(name);
        }
      }
      // written when empty by the core group only
      converted.remove("reportingController", "");
      converted.remove("reportingInstance", "");
    } else {
      converted.putIfAbsent("involvedObject", new JsonObject());
      converted.putIfAbsent("source", new JsonObject());
      converted.putIfAbsent("reportingComponent", "");
      converted.putIfAbsent("reportingInstance", "");
      for (String time : List.of("firstTimestamp", "lastTimestamp", "eventTime")) {
        converted.putIfAbsent(time, null);
      }
    }
    return converted;
  }

  private static String rename(String name, boolean toNew) {
    if (toNew) {
      return TO_NEW.getOrDefault(name, name);
    }
    for (Map.Entry<String, String> entry : TO_NEW.entrySet()) {
      if (entry.getValue().equals(name)) {
        return entry.getKey();
      }
    }
    return name;
  }
}
