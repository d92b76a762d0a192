package dev.javernetes.apiserver.admission.podsecurity;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.admission.podsecurity.PodCheck.Version;
import dev.javernetes.apiserver.admission.podsecurity.PodCheck.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The restricted standard: what hardened workloads need, and nothing more. */
final class RestrictedChecks {
  private static final Set<String> VOLUMES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "image",
          "persistentVolumeClaim",
          "projected",
          "secret");

  private RestrictedChecks() {}

  static List<PodCheck> all() {
    return List.of(
        check(
            "allowPrivilegeEscalation",
            "",
            new Version(8, RestrictedChecks::escalation),
            new Version(25, pod -> pod.windows() ? null : escalation(pod))),
        check(
            "capabilities_restricted",
            "capabilities_baseline",
            new Version(22, RestrictedChecks::capabilities),
            new Version(25, pod -> pod.windows() ? null : capabilities(pod))),
        check("procMount_restricted", "procMount", new Version(35, BaselineChecks::procMount)),
        check("restrictedVolumes", "hostPathVolumes", new Version(0, RestrictedChecks::volumes)),
        check(
            "runAsNonRoot",
            "",
            new Version(0, RestrictedChecks::nonRoot),
            new Version(35, pod -> pod.userNamespace() ? null : nonRoot(pod))),
        check(
            "runAsUser",
            "",
            new Version(23, RestrictedChecks::user),
            new Version(35, pod -> pod.userNamespace() ? null : user(pod))),
        check(
            "seccompProfile_restricted",
            "seccompProfile_baseline",
            new Version(19, RestrictedChecks::seccomp),
            new Version(25, pod -> pod.windows() ? null : seccomp(pod))));
  }

  private static PodCheck check(String id, String overrides, Version... versions) {
    return new PodCheck(id, SecurityLevel.RESTRICTED, overrides, List.of(versions));
  }

  private static @Nullable Violation escalation(PodFacts pod) {
    List<String> containers =
        pod.names(one ->
            !Boolean.FALSE.equals(PodFacts.context(one).boolOrNull("allowPrivilegeEscalation")));
    return containers.isEmpty()
        ? null
        : new Violation(
            "allowPrivilegeEscalation != false",
            PodFacts.named("container", containers)
                + " must set securityContext.allowPrivilegeEscalation=false");
  }

  private static @Nullable Violation capabilities(PodFacts pod) {
    Set<String> added = new TreeSet<>();
    List<String> notDropping =
        pod.names(one ->
            !PodFacts.context(one).objectOrEmpty("capabilities").strings("drop").contains("ALL"));
    List<String> adding =
        pod.names(one -> {
          List<String> own =
              PodFacts.context(one).objectOrEmpty("capabilities").strings("add").stream()
                  .filter(capability -> !capability.equals("NET_BIND_SERVICE"))
                  .toList();
          added.addAll(own);
          return !own.isEmpty();
        });
    List<String> details = new ArrayList<>();
    if (!notDropping.isEmpty()) {
      details.add(
          PodFacts.named("container", notDropping)
              + " must set securityContext.capabilities.drop=[\"ALL\"]");
    }
    if (!adding.isEmpty()) {
      details.add(
          "%s must not include %s in securityContext.capabilities.add"
              .formatted(PodFacts.named("container", adding), PodFacts.quoted(List.copyOf(added))));
    }
    return details.isEmpty()
        ? null
        : new Violation("unrestricted capabilities", String.join("; ", details));
  }

  private static @Nullable Violation volumes(PodFacts pod) {
    Set<String> types = new TreeSet<>();
    List<String> volumes = new ArrayList<>();
    for (JsonObject volume : pod.spec().objects("volumes")) {
      if (VOLUMES.stream().noneMatch(volume::has)) {
        volumes.add(volume.string("name"));
        types.add(
            volume.keySet().stream()
                .filter(key -> !key.equals("name") && volume.has(key))
                .findFirst()
                .orElse("unknown"));
      }
    }
    return volumes.isEmpty()
        ? null
        : new Violation(
            "restricted volume types",
            "%s %s %s %s"
                .formatted(
                    PodFacts.named("volume", volumes),
                    volumes.size() == 1 ? "uses" : "use",
                    types.size() == 1 ? "restricted volume type" : "restricted volume types",
                    PodFacts.quoted(List.copyOf(types))));
  }

  private static @Nullable Violation nonRoot(PodFacts pod) {
    Boolean podWants = pod.podContext().boolOrNull("runAsNonRoot");
    List<String> explicit =
        pod.names(one -> Boolean.FALSE.equals(PodFacts.context(one).boolOrNull("runAsNonRoot")));
    String setters = PodFacts.setters(Boolean.FALSE.equals(podWants), explicit);
    if (!setters.isEmpty()) {
      return new Violation(
          "runAsNonRoot != true", setters + " must not set securityContext.runAsNonRoot=false");
    }
    List<String> implicit =
        Boolean.TRUE.equals(podWants)
            ? List.of()
            : pod.names(one -> PodFacts.context(one).boolOrNull("runAsNonRoot") == null);
    return implicit.isEmpty()
        ? null
        : new Violation(
            "runAsNonRoot != true",
            "pod or %s must set securityContext.runAsNonRoot=true"
                .formatted(PodFacts.named("container", implicit)));
  }

  private static @Nullable Violation user(PodFacts pod) {
    List<String> containers = pod.names(one -> runsAsRoot(PodFacts.context(one)));
    String setters = PodFacts.setters(runsAsRoot(pod.podContext()), containers);
    return setters.isEmpty()
        ? null
        : new Violation("runAsUser=0", setters + " must not set runAsUser=0");
  }

  private static boolean runsAsRoot(JsonObject context) {
    Long user = context.integerOrNull("runAsUser");
    return user != null && user == 0;
  }

  private static @Nullable Violation seccomp(PodFacts pod) {
    Violation explicit = BaselineChecks.seccomp(pod);
    if (explicit != null) {
      return explicit;
    }
    List<String> implicit =
        pod.podContext().has("seccompProfile")
            ? List.of()
            : pod.names(one -> !PodFacts.context(one).has("seccompProfile"));
    return implicit.isEmpty()
        ? null
        : new Violation(
            "seccompProfile",
            "pod or %s must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\""
                .formatted(PodFacts.named("container", implicit)));
  }
}
