package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Drops owner references that say the same twice, and tells the client so. */
final class OwnerReferences {
  private OwnerReferences() {}

  static void dropDuplicates(JsonObject object, Consumer<String> warnings, boolean afterMutation) {
    JsonObject metadata = object.ensureObject("metadata");
    List<JsonObject> references = metadata.objects("ownerReferences");
    if (references.size() < 2) {
      return;
    }
    Set<JsonObject> kept = new LinkedHashSet<>();
    Set<String> duplicates = new LinkedHashSet<>();
    for (JsonObject reference : references) {
      if (!kept.add(reference)) {
        duplicates.add(reference.string("uid"));
      }
    }
    if (duplicates.isEmpty()) {
      return;
    }
    metadata.put("ownerReferences", new ArrayList<Object>(kept));
    String uids = String.join(", ", duplicates);
    warnings.accept(
        afterMutation
            ? ".metadata.ownerReferences contains duplicate entries after mutating admission"
                + " happens; API server dedups owner references in 1.20+, and may reject such"
                + " requests as early as 1.24; please fix your requests; duplicate UID(s) observed:"
                + " "
                + uids
            : ".metadata.ownerReferences contains duplicate entries; API server dedups owner"
                + " references in 1.20+, and may reject such requests as early as 1.24; please fix"
                + " your requests; duplicate UID(s) observed: "
                + uids);
  }
}
