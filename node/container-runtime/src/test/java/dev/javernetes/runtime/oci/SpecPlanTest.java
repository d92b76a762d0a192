package dev.javernetes.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.cri.v1.Capability;
import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.HugepageLimit;
import dev.javernetes.cri.v1.Int64Value;
import dev.javernetes.cri.v1.LinuxContainerConfig;
import dev.javernetes.cri.v1.LinuxContainerResources;
import dev.javernetes.cri.v1.LinuxContainerSecurityContext;
import dev.javernetes.cri.v1.Mount;
import dev.javernetes.cri.v1.MountPropagation;
import dev.javernetes.cri.v1.SecurityProfile;
import dev.javernetes.cri.v1.SupplementalGroupsPolicy;
import dev.javernetes.runtime.image.ImageConfig;
import dev.javernetes.runtime.image.Manifests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SpecPlanTest {
  private static final HostFacts V1 = host(false);
  private static final HostFacts V2 = host(true);
  private final List<Mount> mounts = new ArrayList<>();

  private static HostFacts host(boolean v2) {
    return new HostFacts(
        v2,
        true,
        new HostFacts.Powers(0x1ff_ffff_ffffL, 4096, -1000),
        "amd64",
        List.of(new HostFacts.DeviceNode("/dev/kmsg", 'c', 1, 11, 0640, 0, 0)));
  }

  private JsonObject spec(HostFacts host, Consumer<ContainerConfig.Builder> change) {
    ContainerConfig.Builder config = ContainerConfig.newBuilder();
    change.accept(config);
    config.addAllMounts(mounts);
    var image =
        new ImageConfig(
            Manifests.Platform.current(),
            "",
            List.of("PATH=/bin", "A=image"),
            List.of("/entry"),
            List.of("cmd"),
            "/work",
            Set.of(),
            "",
            Map.of(),
            List.of());
    return SpecPlan.of(
        new SpecInput(
            config.build(),
            image,
            new Users.User(5, 6, List.of(6L, 7L)),
            "/rootfs",
            "/parent/id",
            "web",
            new SpecInput.PodNamespaces("/ns/net", "/ns/ipc", null, ""),
            new SpecInput.PodFiles("/p/resolv.conf", "/p/hostname", "/p/hosts", "/p/shm"),
            mounts.stream().map(m -> new SpecInput.BindMount(m, m.getHostPath())).toList(),
            List.of(),
            null,
            Map.of()),
        host);
  }

  private static Consumer<ContainerConfig.Builder> security(
      Consumer<LinuxContainerSecurityContext.Builder> change) {
    return config -> change.accept(config.getLinuxBuilder().getSecurityContextBuilder());
  }

  private static List<String> args(JsonObject spec) {
    return spec.objectOrEmpty("process").strings("args");
  }

  @Test
  void commandAndArgsReplaceEntrypointAndCmdAsInAPod() {
    assertThat(args(spec(V1, c -> {}))).containsExactly("/entry", "cmd");
    assertThat(args(spec(V1, c -> c.addArgs("a")))).containsExactly("/entry", "a");
    assertThat(args(spec(V1, c -> c.addCommand("c")))).containsExactly("c");
    assertThat(args(spec(V1, c -> c.addCommand("c").addArgs("a")))).containsExactly("c", "a");
  }

  @Test
  void environmentIsMergedByName() {
    JsonObject spec =
        spec(
            V1,
            c ->
                c.addEnvs(
                    dev.javernetes.cri.v1.KeyValue.newBuilder()
                        .setKey("A")
                        .setValue(com.google.protobuf.ByteString.copyFromUtf8("pod"))));
    assertThat(spec.objectOrEmpty("process").strings("env"))
        .containsExactly("PATH=/bin", "HOSTNAME=web", "A=pod");
  }

  @Test
  void namespacesAreJoinedOwnOrTheHosts() {
    List<JsonObject> namespaces = spec(V1, c -> {}).objectOrEmpty("linux").objects("namespaces");
    assertThat(namespaces)
        .extracting(n -> n.string("type") + n.string("path"))
        .containsExactly("mount", "network/ns/net", "ipc/ns/ipc", "pid");
    assertThat(spec(V2, c -> {}).objectOrEmpty("linux").objects("namespaces"))
        .extracting(n -> n.string("type"))
        .contains("cgroup");
  }

  @Test
  void capabilitiesFollowAddAndDrop() {
    assertThat(bounding(c -> {})).hasSize(14).contains("CAP_CHOWN").doesNotContain("CAP_SYS_ADMIN");
    assertThat(bounding(c -> c.addDropCapabilities("ALL").addAddCapabilities("CAP_NET_ADMIN")))
        .containsExactly("CAP_NET_ADMIN");
    assertThat(bounding(c -> c.addAddCapabilities("ALL").addDropCapabilities("KILL")))
        .hasSize(40)
        .doesNotContain("CAP_KILL");
    assertThatThrownBy(() -> bounding(c -> c.addAddCapabilities("FLY")))
        .hasMessageContaining("FLY");
  }

  private List<String> bounding(Consumer<Capability.Builder> change) {
    return spec(V1, security(s -> change.accept(s.getCapabilitiesBuilder())))
        .objectOrEmpty("process")
        .objectOrEmpty("capabilities")
        .strings("bounding");
  }

  @Test
  void aPrivilegedContainerHasAllAndNothingHidden() {
    JsonObject spec =
        spec(
            V1,
            security(s ->
                s.setPrivileged(true).addMaskedPaths("/proc/kcore").addReadonlyPaths("/proc/sys")));
    JsonObject linux = spec.objectOrEmpty("linux");
    assertThat(linux.has("maskedPaths")).isFalse();
    assertThat(linux.has("seccomp")).isFalse();
    assertThat(linux.objects("devices"))
        .extracting(d -> d.string("path"))
        .containsExactly("/dev/kmsg");
    assertThat(mount(spec, "/sys").strings("options")).contains("rw");
    assertThat(spec.objectOrEmpty("process").objectOrEmpty("capabilities").strings("bounding"))
        .hasSize(41);
  }

  private static JsonObject mount(JsonObject spec, String destination) {
    return spec.objects("mounts").stream()
        .filter(m -> m.string("destination").equals(destination))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void mountsAreSortedByDepthAndReplaceTheRuntimesOwn() {
    mounts.add(Mount.newBuilder().setContainerPath("/a/b").setHostPath("/h/b").build());
    mounts.add(
        Mount.newBuilder()
            .setContainerPath("/a")
            .setHostPath("/h/a")
            .setReadonly(true)
            .setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER)
            .build());
    mounts.add(Mount.newBuilder().setContainerPath("/etc/hosts").setHostPath("/h/hosts").build());
    JsonObject spec = spec(V1, c -> {});
    List<String> order = spec.objects("mounts").stream().map(m -> m.string("destination")).toList();
    assertThat(order.indexOf("/a")).isLessThan(order.indexOf("/a/b"));
    assertThat(order.stream().filter("/etc/hosts"::equals)).hasSize(1);
    assertThat(mount(spec, "/etc/hosts").string("source")).isEqualTo("/h/hosts");
    assertThat(mount(spec, "/a").strings("options")).containsExactly("rbind", "rslave", "ro");
    assertThat(spec.objectOrEmpty("linux").string("rootfsPropagation")).isEqualTo("rslave");
  }

  @Test
  void aBidirectionalMountNeedsPrivilege() {
    mounts.add(
        Mount.newBuilder()
            .setContainerPath("/a")
            .setHostPath("/h")
            .setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL)
            .build());
    assertThatThrownBy(() -> spec(V1, c -> {})).hasMessageContaining("privileged");
    JsonObject spec = spec(V1, security(s -> s.setPrivileged(true)));
    assertThat(spec.objectOrEmpty("linux").string("rootfsPropagation")).isEqualTo("rshared");
  }

  @Test
  void resourcesCarryOverWithSwapClosed() {
    LinuxContainerResources resources =
        LinuxContainerResources.newBuilder()
            .setCpuShares(512)
            .setCpuQuota(1000)
            .setCpuPeriod(2000)
            .setCpusetCpus("0-1")
            .setMemoryLimitInBytes(1 << 20)
            .addHugepageLimits(HugepageLimit.newBuilder().setPageSize("2MB").setLimit(4 << 20))
            .putUnified("memory.high", "max")
            .build();
    JsonObject json = Resources.of(resources, true);
    assertThat(json.at("cpu", "shares")).isEqualTo(512L);
    assertThat(json.at("cpu", "cpus")).isEqualTo("0-1");
    assertThat(json.at("memory", "limit")).isEqualTo(1L << 20);
    assertThat(json.at("memory", "swap")).isEqualTo(1L << 20);
    assertThat(json.at("unified", "memory.high")).isEqualTo("max");
    assertThat(Resources.of(resources, false).objectOrEmpty("memory").has("swap")).isFalse();
    assertThat(Resources.of(LinuxContainerResources.getDefaultInstance(), true)).isEmpty();
    LinuxContainerResources update = LinuxContainerResources.newBuilder().setCpuQuota(7).build();
    assertThat(Resources.merge(resources, update).getCpuQuota()).isEqualTo(7);
    assertThat(Resources.merge(resources, update).getCpuShares()).isEqualTo(512);
  }

  @Test
  void seccompByDefaultRefusesWhatNeedsACapability() {
    var profile =
        SecurityProfile.newBuilder()
            .setProfileType(SecurityProfile.ProfileType.RuntimeDefault)
            .build();
    JsonObject plain =
        spec(V1, security(s -> s.setSeccomp(profile)))
            .objectOrEmpty("linux")
            .objectOrEmpty("seccomp");
    assertThat(plain.string("defaultAction")).isEqualTo("SCMP_ACT_ALLOW");
    assertThat(plain.objects("syscalls").getFirst().strings("names"))
        .contains("mount", "bpf", "keyctl");
    JsonObject able =
        spec(
                V1,
                security(s ->
                    s.setSeccomp(profile).getCapabilitiesBuilder().addAddCapabilities("SYS_ADMIN")))
            .objectOrEmpty("linux")
            .objectOrEmpty("seccomp");
    assertThat(able.objects("syscalls").getFirst().strings("names"))
        .doesNotContain("mount")
        .contains("keyctl");
    assertThat(spec(V1, c -> {}).objectOrEmpty("linux").has("seccomp")).isFalse();
  }

  @Test
  void whatWeLackIsRefused() {
    assertThatThrownBy(() -> spec(V1, security(s -> s.getSelinuxOptionsBuilder().setType("t"))))
        .hasMessageContaining("SELinux");
    assertThatThrownBy(() -> spec(V1, security(s -> s.setApparmorProfile("localhost/x"))))
        .hasMessageContaining("AppArmor");
  }

  @Test
  void usersComeFromPodThenImageThenFiles() {
    var users =
        new Users(
            "root:x:0:0::/:/bin/sh\napp:x:1000:1001::/:/bin/sh\n",
            "root:x:0:\napp:x:1001:\nvideo:x:44:app,other\n");
    LinuxContainerSecurityContext none = LinuxContainerSecurityContext.getDefaultInstance();
    assertThat(users.resolve(none, "")).isEqualTo(new Users.User(0, 0, List.of(0L)));
    assertThat(users.resolve(none, "app"))
        .isEqualTo(new Users.User(1000, 1001, List.of(1001L, 44L)));
    assertThat(users.resolve(none, "1000:video").gid()).isEqualTo(44);
    assertThat(users.resolve(none, "4711")).isEqualTo(new Users.User(4711, 0, List.of(0L)));
    var strict =
        none.toBuilder()
            .setRunAsUser(Int64Value.newBuilder().setValue(1000))
            .setRunAsGroup(Int64Value.newBuilder().setValue(9))
            .addSupplementalGroups(12)
            .setSupplementalGroupsPolicy(SupplementalGroupsPolicy.Strict)
            .build();
    assertThat(users.resolve(strict, "root")).isEqualTo(new Users.User(1000, 9, List.of(9L, 12L)));
    assertThatThrownBy(() -> users.resolve(none, "nobody")).hasMessageContaining("nobody");
    assertThatThrownBy(() -> users.resolve(none, "0:nogroup")).hasMessageContaining("nogroup");
    assertThatThrownBy(() ->
            users.resolve(
                none.toBuilder().setRunAsGroup(Int64Value.newBuilder().setValue(1)).build(), ""))
        .hasMessageContaining("runAsGroup");
    assertThat(LinuxContainerConfig.getDefaultInstance().hasSecurityContext()).isFalse();
  }
}
