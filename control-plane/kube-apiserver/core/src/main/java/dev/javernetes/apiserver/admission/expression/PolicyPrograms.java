package dev.javernetes.apiserver.admission.expression;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The programs of policies, by their revision; those used least are forgotten. */
public final class PolicyPrograms {
  private static final int REMEMBERED = 500;

  private final Map<String, PolicyProgram> programs =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, PolicyProgram> eldest) {
              return size() > REMEMBERED;
            }
          });

  public PolicyProgram of(JsonObject policy) {
    return programs.computeIfAbsent(
        revision(policy), unused -> PolicyProgram.of(policy.objectOrEmpty("spec")));
  }

  /** That of a webhook configuration's match conditions. */
  public PolicyProgram ofWebhooks(JsonObject configuration) {
    return programs.computeIfAbsent(
        revision(configuration), unused -> PolicyProgram.of(new JsonObject()));
  }

  private static String revision(JsonObject object) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    return metadata.string("uid") + "/" + metadata.string("resourceVersion");
  }
}
