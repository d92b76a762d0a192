package dev.javernetes.runtime.oci;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.cri.v1.KeyValue;
import dev.javernetes.cri.v1.LinuxContainerSecurityContext;
import dev.javernetes.cri.v1.MountPropagation;
import dev.javernetes.cri.v1.SecurityProfile;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@code config.json} of a container's bundle: request, image and pod in, OCI runtime
 * specification out.
 *
 * <p>A pod's command {@code ["nginx"]} with image entrypoint {@code ["/entry.sh"]} gives {@code
 * process.args ["nginx"]}; without a command the entrypoint stays and the pod's args replace the
 * image's Cmd.
 */
public final class SpecPlan {
  private static final String DEFAULT_PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final SpecInput input;
  private final HostFacts host;
  private final LinuxContainerSecurityContext security;
  private final boolean privileged;

  private SpecPlan(SpecInput input, HostFacts host) {
    this.input = input;
    this.host = host;
    this.security = input.config().getLinux().getSecurityContext();
    this.privileged = security.getPrivileged();
  }

  public static JsonObject of(SpecInput input, HostFacts host) {
    return new SpecPlan(input, host).specification();
  }

  private JsonObject specification() {
    refuseWhatWeLack();
    var spec = new JsonObject();
    spec.put("ociVersion", "1.0.2");
    spec.put("process", process());
    spec.put(
        "root", JsonObject.of("path", input.rootfs(), "readonly", security.getReadonlyRootfs()));
    spec.put("mounts", mounts());
    spec.put("annotations", new JsonObject(input.annotations()));
    spec.put("linux", linux());
    return spec;
  }

  private void refuseWhatWeLack() {
    var selinux = security.getSelinuxOptions();
    if (!selinux.getType().isEmpty()
        || !selinux.getLevel().isEmpty()
        || !selinux.getRole().isEmpty()
        || !selinux.getUser().isEmpty()) {
      throw RuntimeFailure.unsupported("SELinux options are not supported by this runtime");
    }
    if (security.getApparmor().getProfileType() == SecurityProfile.ProfileType.Localhost
        || security.getApparmorProfile().startsWith("localhost/")) {
      throw RuntimeFailure.unsupported("AppArmor profiles are not supported by this runtime");
    }
    if (input.config().getCDIDevicesCount() > 0) {
      throw RuntimeFailure.unsupported("CDI devices are not supported by this runtime");
    }
  }

  private JsonObject process() {
    var process = new JsonObject();
    process.put("terminal", input.config().getTty());
    List<Object> groups = new ArrayList<>(input.user().groups());
    process.put(
        "user",
        JsonObject.of(
            "uid", input.user().uid(), "gid", input.user().gid(), "additionalGids", groups));
    process.put("args", new ArrayList<Object>(arguments()));
    process.put("env", new ArrayList<Object>(environment()));
    String directory = input.config().getWorkingDir();
    if (directory.isEmpty()) {
      directory = input.image().workingDirectory();
    }
    process.put("cwd", directory.isEmpty() ? "/" : directory);
    List<Object> granted = granted();
    var capabilities = new JsonObject();
    capabilities.put("bounding", granted);
    capabilities.put("effective", granted);
    capabilities.put("permitted", granted);
    List<Object> ambient = Capabilities.ambient(security.getCapabilities());
    if (!ambient.isEmpty()) {
      capabilities.put("inheritable", ambient);
      capabilities.put("ambient", ambient);
    }
    process.put("capabilities", capabilities);
    process.put(
        "rlimits",
        list(
            JsonObject.of(
                "type",
                "RLIMIT_NOFILE",
                "hard",
                host.powers().openFiles(),
                "soft",
                host.powers().openFiles())));
    process.put("noNewPrivileges", security.getNoNewPrivs());
    process.put(
        "oomScoreAdj",
        Math.max(
            host.powers().lowestOomScore(),
            input.config().getLinux().getResources().getOomScoreAdj()));
    return process;
  }

  private List<Object> granted() {
    return Capabilities.granted(
        security.getCapabilities(), privileged, host.powers().capabilities());
  }

  List<String> arguments() {
    List<String> arguments = new ArrayList<>(input.config().getCommandList());
    List<String> given = input.config().getArgsList();
    if (arguments.isEmpty()) {
      arguments.addAll(input.image().entrypoint());
      arguments.addAll(given.isEmpty() ? input.image().command() : given);
    } else {
      arguments.addAll(given);
    }
    if (arguments.isEmpty()) {
      throw RuntimeFailure.invalid(
          "no command specified: neither the container nor its image has one");
    }
    return arguments;
  }

  private List<String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    List<String> start = new ArrayList<>();
    start.add(DEFAULT_PATH);
    start.add("HOSTNAME=" + input.hostname());
    if (input.config().getTty()) {
      start.add("TERM=xterm");
    }
    start.addAll(input.image().environment());
    for (String pair : start) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        variables.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    for (KeyValue variable : input.config().getEnvsList()) {
      variables.put(variable.getKey(), variable.getValue().toStringUtf8());
    }
    return variables.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  private List<Object> mounts() {
    Set<String> own = new HashSet<>();
    for (SpecInput.BindMount mount : input.mounts()) {
      own.add(clean(mount.request().getContainerPath()));
    }
    List<Object> mounts = new ArrayList<>();
    addUnlessOwn(mounts, own, "/proc", "proc", "proc", "nosuid", "noexec", "nodev");
    addUnlessOwn(
        mounts, own, "/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
    addUnlessOwn(
        mounts,
        own,
        "/dev/pts",
        "devpts",
        "devpts",
        "nosuid",
        "noexec",
        "newinstance",
        "ptmxmode=0666",
        "mode=0620",
        "gid=5");
    addUnlessOwn(mounts, own, "/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
    String access = privileged ? "rw" : "ro";
    addUnlessOwn(mounts, own, "/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", access);
    addUnlessOwn(
        mounts,
        own,
        "/sys/fs/cgroup",
        "cgroup",
        "cgroup",
        "nosuid",
        "noexec",
        "nodev",
        "relatime",
        access);
    addUnlessOwn(
        mounts,
        own,
        "/dev/shm",
        "bind",
        input.files().shm(),
        "rbind",
        "rw",
        "nosuid",
        "nodev",
        "noexec");
    String writable = security.getReadonlyRootfs() ? "ro" : "rw";
    addUnlessOwn(
        mounts,
        own,
        "/etc/resolv.conf",
        "bind",
        input.files().resolvConf(),
        "rbind",
        writable,
        "rprivate");
    addUnlessOwn(
        mounts,
        own,
        "/etc/hostname",
        "bind",
        input.files().hostname(),
        "rbind",
        writable,
        "rprivate");
    addUnlessOwn(
        mounts, own, "/etc/hosts", "bind", input.files().hosts(), "rbind", writable, "rprivate");
    List<SpecInput.BindMount> sorted = new ArrayList<>(input.mounts());
    // a mount below another one comes after it, whatever the order of the request; equal depth
    // keeps its order
    sorted.sort((a, b) ->
        Integer.compare(
            depth(a.request().getContainerPath()), depth(b.request().getContainerPath())));
    for (SpecInput.BindMount mount : sorted) {
      mounts.add(bind(mount));
    }
    return mounts;
  }

  private static JsonObject bind(SpecInput.BindMount mount) {
    var request = mount.request();
    List<Object> options = new ArrayList<>();
    options.add("rbind");
    options.add(
        switch (request.getPropagation()) {
          case PROPAGATION_HOST_TO_CONTAINER -> "rslave";
          case PROPAGATION_BIDIRECTIONAL -> "rshared";
          case PROPAGATION_PRIVATE, UNRECOGNIZED -> "rprivate";
        });
    if (request.getRecursiveReadOnly()) {
      if (!request.getReadonly()
          || request.getPropagation() != MountPropagation.PROPAGATION_PRIVATE) {
        throw RuntimeFailure.invalid(
            "recursive_read_only of "
                + request.getContainerPath()
                + " needs a private, read-only mount");
      }
      options.add("rro");
    } else {
      options.add(request.getReadonly() ? "ro" : "rw");
    }
    return JsonObject.of(
        "destination",
        clean(request.getContainerPath()),
        "type",
        "bind",
        "source",
        mount.source(),
        "options",
        options);
  }

  private void addUnlessOwn(
      List<Object> mounts,
      Set<String> own,
      String destination,
      String type,
      String source,
      String... options) {
    if (!own.contains(destination) && !source.isEmpty()) {
      mounts.add(
          JsonObject.of(
              "destination",
              destination,
              "type",
              type,
              "source",
              source,
              "options",
              list((Object[]) options)));
    }
  }

  private JsonObject linux() {
    var linux = new JsonObject();
    linux.put("cgroupsPath", input.cgroupsPath());
    linux.put("namespaces", namespaces());
    JsonObject resources = Resources.of(input.config().getLinux().getResources(), host.swapLimit());
    resources.put("devices", deviceRules());
    linux.put("resources", resources);
    List<Object> nodes = new ArrayList<>();
    for (HostFacts.DeviceNode device : privileged ? host.devices() : input.devices()) {
      nodes.add(
          JsonObject.of(
              "path", device.path(),
              "type", String.valueOf(device.type()),
              "major", device.major(),
              "minor", device.minor(),
              "fileMode", (long) (device.mode() & 0777),
              "uid", device.uid(),
              "gid", device.gid()));
    }
    linux.put("devices", nodes);
    if (!privileged) {
      linux.put("maskedPaths", new ArrayList<Object>(security.getMaskedPathsList()));
      linux.put("readonlyPaths", new ArrayList<Object>(security.getReadonlyPathsList()));
      JsonObject seccomp = seccomp();
      if (seccomp != null) {
        linux.put("seccomp", seccomp);
      }
    }
    String propagation = rootPropagation();
    if (!propagation.isEmpty()) {
      linux.put("rootfsPropagation", propagation);
    }
    return linux;
  }

  private List<Object> namespaces() {
    var names = input.namespaces();
    List<Object> namespaces = new ArrayList<>();
    namespaces.add(JsonObject.of("type", "mount"));
    addNamespace(namespaces, "network", names.network());
    addNamespace(namespaces, "ipc", names.ipc());
    addNamespace(namespaces, "uts", names.uts());
    addNamespace(namespaces, "pid", names.pid());
    if (host.cgroupV2() && !privileged) {
      namespaces.add(JsonObject.of("type", "cgroup"));
    }
    return namespaces;
  }

  private static void addNamespace(List<Object> namespaces, String type, @Nullable String path) {
    if (path == null) {
      return;
    }
    namespaces.add(
        path.isEmpty() ? JsonObject.of("type", type) : JsonObject.of("type", type, "path", path));
  }

  private List<Object> deviceRules() {
    if (privileged) {
      return list(JsonObject.of("allow", true, "access", "rwm"));
    }
    List<Object> rules = list(JsonObject.of("allow", false, "access", "rwm"));
    Map<String, String> permissions = new LinkedHashMap<>();
    input
        .config()
        .getDevicesList()
        .forEach(d -> permissions.put(d.getContainerPath(), d.getPermissions()));
    for (HostFacts.DeviceNode device : input.devices()) {
      String access = permissions.getOrDefault(device.path(), "rwm");
      rules.add(
          JsonObject.of(
              "allow", true,
              "type", String.valueOf(device.type()),
              "major", device.major(),
              "minor", device.minor(),
              "access", access.isEmpty() ? "rwm" : access));
    }
    return rules;
  }

  private @Nullable JsonObject seccomp() {
    if (!security.hasSeccomp()) {
      return null;
    }
    return switch (security.getSeccomp().getProfileType()) {
      case Unconfined -> null;
      case RuntimeDefault -> Seccomp.runtimeDefault(new HashSet<>(granted()), host.machine());
      case Localhost -> {
        if (input.seccompProfile() == null) {
          throw RuntimeFailure.invalid(
              "seccomp profile "
                  + security.getSeccomp().getLocalhostRef()
                  + " is not on this node");
        }
        yield Seccomp.localhost(input.seccompProfile(), security.getSeccomp().getLocalhostRef());
      }
      case UNRECOGNIZED -> throw RuntimeFailure.invalid("unknown seccomp profile type");
    };
  }

  private String rootPropagation() {
    var wanted = new TreeSet<MountPropagation>();
    input.mounts().forEach(mount -> wanted.add(mount.request().getPropagation()));
    if (wanted.contains(MountPropagation.PROPAGATION_BIDIRECTIONAL)) {
      if (!privileged) {
        throw RuntimeFailure.invalid("a bidirectional mount needs a privileged container");
      }
      return "rshared";
    }
    return wanted.contains(MountPropagation.PROPAGATION_HOST_TO_CONTAINER) ? "rslave" : "";
  }

  private static int depth(String path) {
    return (int) clean(path).chars().filter(c -> c == '/').count();
  }

  private static String clean(String path) {
    return java.nio.file.Path.of("/").resolve(path).normalize().toString();
  }

  private static List<Object> list(Object... elements) {
    return new ArrayList<>(List.of(elements));
  }
}
