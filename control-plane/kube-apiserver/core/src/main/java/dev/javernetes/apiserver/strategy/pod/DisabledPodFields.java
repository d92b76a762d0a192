package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;

/** Fields whose feature is off by default in 1.36: dropped without a word, as upstream does. */
public final class DisabledPodFields {
  private DisabledPodFields() {}

  public static void drop(JsonObject spec) {
    spec.remove("schedulingGroup"); // GenericWorkload
    for (String list : PodSpecRules.CONTAINER_LISTS) {
      for (JsonObject container : spec.objects(list)) {
        if (container.object("lifecycle") instanceof JsonObject lifecycle) {
          lifecycle.remove("stopSignal"); // ContainerStopSignals
          if (lifecycle.isEmpty()) {
            container.remove("lifecycle");
          }
        }
      }
    }
    for (JsonObject volume : spec.objects("volumes")) {
      for (JsonObject source : volume.objectOrEmpty("projected").objects("sources")) {
        List.of("clusterTrustBundle", "podCertificate").forEach(source::remove);
      }
    }
  }
}
