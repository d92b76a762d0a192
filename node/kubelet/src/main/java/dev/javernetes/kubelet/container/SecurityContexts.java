package dev.javernetes.kubelet.container;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.model.core.v1.AppArmorProfile;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.EphemeralContainer;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodSecurityContext;
import dev.javernetes.api.model.core.v1.SELinuxOptions;
import dev.javernetes.api.model.core.v1.SeccompProfile;
import dev.javernetes.api.model.core.v1.SecurityContext;
import dev.javernetes.cri.v1.Capability;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.Int64Value;
import dev.javernetes.cri.v1.LinuxContainerSecurityContext;
import dev.javernetes.cri.v1.LinuxSandboxSecurityContext;
import dev.javernetes.cri.v1.NamespaceMode;
import dev.javernetes.cri.v1.NamespaceOption;
import dev.javernetes.cri.v1.SELinuxOption;
import dev.javernetes.cri.v1.SecurityProfile;
import dev.javernetes.cri.v1.SupplementalGroupsPolicy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a container runs as and what it may do: the container's securityContext over the pod's, in
 * CRI's words.
 */
public final class SecurityContexts {
  private static final PodSecurityContext NO_POD_CONTEXT = PodSecurityContext.builder().build();
  private static final SecurityContext NO_CONTEXT = SecurityContext.builder().build();

  /** What runc hides of /proc and /sys by default; empty for {@code procMount: Unmasked}. */
  private static final List<String> MASKED_PATHS =
      List.of(
          "/proc/asound",
          "/proc/acpi",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware",
          "/sys/devices/virtual/powercap");

  private static final List<String> READONLY_PATHS =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private SecurityContexts() {}

  /** {@code targetId} is the container whose processes an ephemeral container wants to see. */
  public static NamespaceOption namespaces(Pod pod, @Nullable String targetId) {
    NamespaceOption.Builder options = NamespaceOption.newBuilder();
    options.setNetwork(
        Boolean.TRUE.equals(pod.spec().hostNetwork()) ? NamespaceMode.NODE : NamespaceMode.POD);
    options.setIpc(
        Boolean.TRUE.equals(pod.spec().hostIPC()) ? NamespaceMode.NODE : NamespaceMode.POD);
    if (Boolean.TRUE.equals(pod.spec().hostPID())) {
      options.setPid(NamespaceMode.NODE);
    } else if (Boolean.TRUE.equals(pod.spec().shareProcessNamespace())) {
      options.setPid(NamespaceMode.POD);
    } else if (targetId != null) {
      options.setPid(NamespaceMode.TARGET).setTargetId(targetId);
    } else {
      options.setPid(NamespaceMode.CONTAINER);
    }
    return options.build();
  }

  public static LinuxSandboxSecurityContext sandbox(Pod pod) {
    LinuxSandboxSecurityContext.Builder context =
        LinuxSandboxSecurityContext.newBuilder()
            .setNamespaceOptions(namespaces(pod, null))
            // the pause process needs nothing more than that
            .setSeccomp(profile(SecurityProfile.ProfileType.RuntimeDefault))
            .setPrivileged(anyPrivileged(pod));
    PodSecurityContext podContext = podContext(pod);
    if (podContext.runAsUser() != null) {
      context.setRunAsUser(int64(podContext.runAsUser()));
    }
    if (podContext.runAsGroup() != null) {
      context.setRunAsGroup(int64(podContext.runAsGroup()));
    }
    context.addAllSupplementalGroups(groups(podContext, List.of()));
    context.setSupplementalGroupsPolicy(groupsPolicy(podContext));
    if (podContext.seLinuxOptions() != null) {
      context.setSelinuxOptions(selinux(podContext.seLinuxOptions()));
    }
    return context.build();
  }

  /**
   * @param image tells who an image runs as when the pod does not say
   * @param volumeGroups groups that own mounted volumes
   */
  public static LinuxContainerSecurityContext of(
      Pod pod,
      Container container,
      @Nullable Image image,
      @Nullable String targetId,
      List<Long> volumeGroups,
      boolean seccompByDefault)
      throws ContainerConfigException {
    PodSecurityContext podContext = podContext(pod);
    SecurityContext own =
        container.securityContext() == null ? NO_CONTEXT : container.securityContext();
    LinuxContainerSecurityContext.Builder context =
        LinuxContainerSecurityContext.newBuilder()
            .setNamespaceOptions(namespaces(pod, targetId))
            .setPrivileged(Boolean.TRUE.equals(own.privileged()))
            .setReadonlyRootfs(Boolean.TRUE.equals(own.readOnlyRootFilesystem()))
            .setNoNewPrivs(Boolean.FALSE.equals(own.allowPrivilegeEscalation()))
            .addAllSupplementalGroups(groups(podContext, volumeGroups))
            .setSupplementalGroupsPolicy(groupsPolicy(podContext))
            .setSeccomp(seccomp(podContext, own, seccompByDefault));
    AppArmorProfile appArmor =
        own.appArmorProfile() != null ? own.appArmorProfile() : podContext.appArmorProfile();
    if (appArmor != null) { // a runtime on a system without AppArmor refuses to be told of any
      context.setApparmor(apparmor(appArmor));
    }
    setUser(context, pod, container, podContext, own, image);
    if (own.capabilities() != null) {
      context.setCapabilities(
          Capability.newBuilder()
              .addAllAddCapabilities(own.capabilities().add())
              .addAllDropCapabilities(own.capabilities().drop()));
    }
    SELinuxOptions selinux =
        own.seLinuxOptions() != null ? own.seLinuxOptions() : podContext.seLinuxOptions();
    if (selinux != null) {
      context.setSelinuxOptions(selinux(selinux));
    }
    if (!"Unmasked".equals(own.procMount())) {
      context.addAllMaskedPaths(MASKED_PATHS).addAllReadonlyPaths(READONLY_PATHS);
    }
    return context.build();
  }

  private static void setUser(
      LinuxContainerSecurityContext.Builder context,
      Pod pod,
      Container container,
      PodSecurityContext podContext,
      SecurityContext own,
      @Nullable Image image)
      throws ContainerConfigException {
    Long user = own.runAsUser() != null ? own.runAsUser() : podContext.runAsUser();
    Long group = own.runAsGroup() != null ? own.runAsGroup() : podContext.runAsGroup();
    Boolean nonRoot = own.runAsNonRoot() != null ? own.runAsNonRoot() : podContext.runAsNonRoot();
    Long imageUser = image != null && image.hasUid() ? (Long) image.getUid().getValue() : null;
    String imageUserName = image == null ? "" : image.getUsername();
    if (Boolean.TRUE.equals(nonRoot)) {
      refuseRoot(pod, container, user, imageUser, imageUserName);
    }
    if (user != null) {
      context.setRunAsUser(int64(user));
    } else if (imageUser != null) {
      context.setRunAsUser(int64(imageUser));
    } else {
      context.setRunAsUsername(imageUserName);
    }
    if (group != null) {
      context.setRunAsGroup(int64(group));
    }
  }

  private static void refuseRoot(
      Pod pod,
      Container container,
      @Nullable Long user,
      @Nullable Long imageUser,
      String imageUserName)
      throws ContainerConfigException {
    String where =
        "(pod: %s, container: %s)"
            .formatted(
                GoQuote.quote(
                    "%s_%s(%s)"
                        .formatted(
                            pod.metadata().name(),
                            pod.metadata().namespace(),
                            pod.metadata().uid())),
                container.name());
    if (user != null) {
      if (user == 0) {
        throw new ContainerConfigException("container's runAsUser breaks non-root policy " + where);
      }
      return;
    }
    if (imageUser != null ? imageUser == 0 : imageUserName.isEmpty()) {
      throw new ContainerConfigException(
          "container has runAsNonRoot and image will run as root " + where);
    }
    if (imageUser == null) {
      throw new ContainerConfigException(
          "container has runAsNonRoot and image has non-numeric user (%s), cannot verify user is non-root %s"
              .formatted(imageUserName, where));
    }
  }

  private static SecurityProfile seccomp(
      PodSecurityContext podContext, SecurityContext own, boolean byDefault) {
    if (Boolean.TRUE.equals(own.privileged())) {
      return profile(SecurityProfile.ProfileType.Unconfined);
    }
    SeccompProfile chosen =
        own.seccompProfile() != null ? own.seccompProfile() : podContext.seccompProfile();
    if (chosen == null) {
      return profile(
          byDefault
              ? SecurityProfile.ProfileType.RuntimeDefault
              : SecurityProfile.ProfileType.Unconfined);
    }
    return switch (chosen.type()) {
      case "RuntimeDefault" -> profile(SecurityProfile.ProfileType.RuntimeDefault);
      case "Localhost" ->
          SecurityProfile.newBuilder()
              .setProfileType(SecurityProfile.ProfileType.Localhost)
              .setLocalhostRef("/var/lib/kubelet/seccomp/" + chosen.localhostProfile())
              .build();
      default -> profile(SecurityProfile.ProfileType.Unconfined);
    };
  }

  private static SecurityProfile apparmor(AppArmorProfile chosen) {
    if (chosen.type().equals("RuntimeDefault")) {
      return profile(SecurityProfile.ProfileType.RuntimeDefault);
    }
    if (chosen.type().equals("Localhost")) {
      return SecurityProfile.newBuilder()
          .setProfileType(SecurityProfile.ProfileType.Localhost)
          .setLocalhostRef(String.valueOf(chosen.localhostProfile()))
          .build();
    }
    return profile(SecurityProfile.ProfileType.Unconfined);
  }

  private static Set<Long> groups(PodSecurityContext podContext, List<Long> volumeGroups) {
    Set<Long> groups = new LinkedHashSet<>(podContext.supplementalGroups());
    if (podContext.fsGroup() != null) {
      groups.add(podContext.fsGroup());
    }
    groups.addAll(volumeGroups);
    return groups;
  }

  private static SupplementalGroupsPolicy groupsPolicy(PodSecurityContext podContext) {
    return "Strict".equals(podContext.supplementalGroupsPolicy())
        ? SupplementalGroupsPolicy.Strict
        : SupplementalGroupsPolicy.Merge;
  }

  private static SELinuxOption selinux(SELinuxOptions options) {
    return SELinuxOption.newBuilder()
        .setUser(options.user())
        .setRole(options.role())
        .setType(options.type())
        .setLevel(options.level())
        .build();
  }

  private static boolean anyPrivileged(Pod pod) {
    return PodContainers.all(pod).stream()
        .anyMatch(container ->
            container.securityContext() != null
                && Boolean.TRUE.equals(container.securityContext().privileged()));
  }

  /** The container that this ephemeral one asked to look into, or empty. */
  public static String targetOf(Pod pod, String ephemeralName) {
    for (EphemeralContainer ephemeral : pod.spec().ephemeralContainers()) {
      if (ephemeral.name().equals(ephemeralName)) {
        return ephemeral.targetContainerName();
      }
    }
    return "";
  }

  private static PodSecurityContext podContext(Pod pod) {
    return pod.spec().securityContext() == null ? NO_POD_CONTEXT : pod.spec().securityContext();
  }

  private static SecurityProfile profile(SecurityProfile.ProfileType type) {
    return SecurityProfile.newBuilder().setProfileType(type).build();
  }

  private static Int64Value int64(long value) {
    return Int64Value.newBuilder().setValue(value).build();
  }
}
