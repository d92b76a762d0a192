package dev.javernetes.kubelet;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.kubelet.container.GoDuration;
import java.util.ArrayList;

/** The options in use, in the words of a KubeletConfiguration, as {@code /configz} shows them. */
final class Configz {
  private Configz() {}

  static JsonObject of(KubeletOptions options) {
    KubeletOptions.Limits limits = options.limits();
    JsonObject evictionHard = new JsonObject();
    evictionHard.putAll(limits.evictionHard());
    JsonObject config =
        JsonObject.of(
            "address", options.server().address(),
            "port", (long) options.server().port(),
            "maxPods", (long) limits.maxPods(),
            "podPidsLimit", limits.podPidsLimit(),
            "clusterDomain", options.network().clusterDomain(),
            "clusterDNS", new ArrayList<Object>(options.network().clusterDns()),
            "cgroupsPerQOS", limits.cgroupsPerQos(),
            "cgroupRoot", limits.cgroupRoot(),
            "cgroupDriver", "cgroupfs",
            "cpuCFSQuota", limits.cpuCfsQuota(),
            "failSwapOn", limits.failSwapOn(),
            "seccompDefault", limits.seccompByDefault(),
            "imageGCHighThresholdPercent", (long) limits.imageGcHighPercent(),
            "imageGCLowThresholdPercent", (long) limits.imageGcLowPercent(),
            "imageMinimumGCAge", GoDuration.text(limits.imageMinimumAge()),
            "containerLogMaxFiles", (long) limits.containerLogMaxFiles(),
            "evictionHard", evictionHard,
            "containerRuntimeEndpoint", options.runtimeEndpoint());
    if (options.paths().staticPods() != null) {
      config.put("staticPodPath", options.paths().staticPods().toString());
    }
    return JsonObject.of("kubeletconfig", config);
  }
}
