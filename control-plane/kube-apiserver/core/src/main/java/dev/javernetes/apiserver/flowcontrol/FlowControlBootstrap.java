package dev.javernetes.apiserver.flowcontrol;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import java.util.List;
import java.util.Objects;

/**
 * Brings the stored priority levels and flow schemas up to what every cluster has. One whose
 * annotation {@code apf.kubernetes.io/autoupdate-spec} is not {@code "true"} is left alone.
 */
public final class FlowControlBootstrap {
  static final String AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";
  private static final String GROUP = "flowcontrol.apiserver.k8s.io";

  private final ObjectReader reader;
  private final ObjectWriter writer;

  public FlowControlBootstrap(ObjectReader reader, ObjectWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  /** Safe to run again, and by several API servers at once. */
  public void reconcile() {
    bring("prioritylevelconfigurations", FlowControlObjects.priorityLevels());
    bring("flowschemas", FlowControlObjects.flowSchemas());
  }

  private void bring(String resource, List<JsonObject> all) {
    GroupVersionResource where = new GroupVersionResource(GROUP, "v1", resource);
    for (JsonObject wanted : all) {
      JsonObject stored =
          reader.get(where.groupResource(), "", wanted.objectOrEmpty("metadata").string("name"));
      try {
        if (stored == null) {
          writer.create(where, "", wanted.deepCopy());
        } else if (isOurs(stored) && !Objects.equals(stored.get("spec"), wanted.get("spec"))) {
          JsonObject changed = stored.deepCopy();
          changed.put("spec", wanted.deepCopy().get("spec"));
          writer.update(where, "", changed, "");
        }
      } catch (ApiException raced) {
        // another API server starts at the same time and writes the same
        if (!raced.is(StatusReason.ALREADY_EXISTS) && !raced.is(StatusReason.CONFLICT)) {
          throw raced;
        }
      }
    }
  }

  private static boolean isOurs(JsonObject stored) {
    return stored
        .objectOrEmpty("metadata")
        .objectOrEmpty("annotations")
        .string(AUTO_UPDATE)
        .equals("true");
  }
}
