package dev.javernetes.apiserver.strategy.admissionregistration;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;

/** Names kept for configurations that come from files of the server (KEP-5793). */
final class StaticSuffix {
  private static final String SUFFIX = ".static.k8s.io";

  private StaticSuffix() {}

  static List<String> warnings(JsonObject object) {
    return object.objectOrEmpty("metadata").string("name").endsWith(SUFFIX)
        ? List.of(
            "metadata.name: names ending with \""
                + SUFFIX
                + "\" are reserved for static manifest-based configurations and cannot be managed"
                + " via the API")
        : List.of();
  }
}
