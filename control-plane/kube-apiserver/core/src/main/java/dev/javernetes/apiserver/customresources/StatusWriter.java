package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Changes definitions through their status, again and again while others change them too. */
final class StatusWriter {
  private static final GroupVersionResource DEFINITIONS_V1 =
      new GroupVersionResource("apiextensions.k8s.io", "v1", "customresourcedefinitions");
  private static final int CONFLICT_ATTEMPTS = 10;

  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final InstantSource clock;

  StatusWriter(ObjectReader reader, ObjectWriter writer, InstantSource clock) {
    this.reader = reader;
    this.writer = writer;
    this.clock = clock;
  }

  String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /**
   * Reads the definition, changes it, and writes it if {@code change} says that it did.
   *
   * @return the definition as it is now; {@code null} if it is gone
   */
  @Nullable JsonObject change(String name, Predicate<JsonObject> change) {
    for (int attempt = 1; ; attempt++) {
      JsonObject definition = reader.get(CustomResources.DEFINITIONS, "", name);
      if (definition == null) {
        return null;
      }
      JsonObject changed = definition.deepCopy();
      if (!change.test(changed)) {
        return changed;
      }
      try {
        return writer.update(DEFINITIONS_V1, "", changed, "status");
      } catch (ApiException problem) {
        if (problem.is(StatusReason.NOT_FOUND)) {
          return null;
        }
        if (!problem.is(StatusReason.CONFLICT) || attempt == CONFLICT_ATTEMPTS) {
          throw problem;
        }
      }
    }
  }
}
