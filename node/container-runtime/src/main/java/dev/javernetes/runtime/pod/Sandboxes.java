package dev.javernetes.runtime.pod;

import com.google.protobuf.ByteString;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.cri.v1.DNSConfig;
import dev.javernetes.cri.v1.NamespaceMode;
import dev.javernetes.cri.v1.NamespaceOption;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.cri.v1.PortMapping;
import dev.javernetes.runtime.cni.CniNetwork;
import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.linux.Namespaces;
import dev.javernetes.runtime.linux.Posix;
import dev.javernetes.runtime.oci.HostFacts;
import dev.javernetes.runtime.record.SandboxRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pod sandboxes: namespaces held by bind mounts, a network by CNI, and the files that a pod's
 * containers share.
 *
 * <p>A sandbox has no process, but for one whose containers share a PID namespace: that needs a pid
 * 1, see {@link PauseProgram}. So there is nothing to pull, to pay for or to be killed.
 */
final class Sandboxes {
  private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);
  private static final String PAUSE = "pause-";

  private final RuntimePaths paths;
  private final CniNetwork network;
  private final OciRuntime oci;
  private final HostFacts host;
  private final Clock clock;
  private final String defaultCgroup;
  private final Records<SandboxRecord> records;

  Sandboxes(
      RuntimePaths paths,
      CniNetwork network,
      OciRuntime oci,
      HostFacts host,
      Clock clock,
      String defaultCgroup) {
    this.paths = paths;
    this.network = network;
    this.oci = oci;
    this.host = host;
    this.clock = clock;
    this.defaultCgroup = defaultCgroup;
    this.records = new Records<>("sandbox", paths.sandboxes());
  }

  /**
   * Takes up what a former process left; a sandbox whose namespaces are gone (a reboot) is not
   * ready any more.
   */
  void load() throws IOException {
    records.load(
        SandboxRecord::parseFrom,
        id -> {
          try {
            release(id);
            RuntimePaths.delete(paths.sandbox(id));
          } catch (IOException e) {
            LOG.warn("cannot remove sandbox {}: {}", id, e.getMessage());
          }
        });
    for (SandboxRecord record : records.list()) {
      if (record.getReady() && !holds(record)) {
        LOG.info("sandbox {} lost its namespaces", record.getId());
        var entry = records.get(record.getId());
        records.change(record.getId(), entry, record.toBuilder().setReady(false).build());
      }
    }
  }

  /**
   * Asks the network's plugins whether the pods that survived are still connected; what is broken
   * is told, the pod's fate is the kubelet's.
   */
  void checkNetworks() {
    for (SandboxRecord record : records.list()) {
      if (record.getReady() && record.getNetworked()) {
        try {
          network.check(attachment(record), record.getCniResult().toByteArray());
        } catch (IOException | RuntimeFailure e) {
          LOG.warn("network of sandbox {} is damaged: {}", record.getId(), e.getMessage());
        }
      }
    }
  }

  private boolean holds(SandboxRecord record) {
    Path directory = paths.namespaces(record.getId());
    for (String name : record.getNamespacesList()) {
      if (!Files.exists(directory.resolve(name))) {
        return false;
      }
    }
    return true;
  }

  List<SandboxRecord> list() {
    return records.list();
  }

  SandboxRecord get(String id) {
    return records.get(id).record();
  }

  boolean has(String id) {
    return records.has(id);
  }

  SandboxRecord run(String id, PodSandboxConfig config, String handler) throws IOException {
    if (!handler.isEmpty() && !handler.equals("crun") && !handler.equals("runc")) {
      throw RuntimeFailure.notFound("no runtime for \"" + handler + "\" is configured");
    }
    NamespaceOption options = config.getLinux().getSecurityContext().getNamespaceOptions();
    refuseWhatWeLack(config, options);
    EnumSet<Namespaces.Kind> kinds = kinds(options);
    String hostname = hostname(config, options);
    SandboxRecord.Builder record =
        SandboxRecord.newBuilder()
            .setId(id)
            .setConfig(config)
            .setRuntimeHandler(handler)
            .setCreatedAt(Nanos.now(clock))
            .setHostname(hostname)
            .setCgroupParent(cgroup(config, id));
    kinds.forEach(kind -> record.addNamespaces(kind.name().toLowerCase(java.util.Locale.ROOT)));
    var entry = records.add(id, record.build());
    entry.lock.lock();
    try {
      writeFiles(id, config, hostname, options);
      mountShm(id, options);
      Namespaces.create(paths.namespaces(id), kinds, hostname, config.getLinux().getSysctlsMap());
      if (options.getPid() == NamespaceMode.POD) {
        pause(record);
      }
      if (kinds.contains(Namespaces.Kind.NET)) {
        // said before it is so: a crash in between must end in DEL
        records.change(id, entry, record.setNetworked(true).build());
        CniNetwork.Connected connected = network.add(attachment(record.build()));
        record.addAllIps(connected.addresses());
        record.setCniResult(ByteString.copyFrom(connected.result()));
      }
      SandboxRecord done = record.setReady(true).build();
      records.change(id, entry, done);
      return done;
    } catch (IOException | RuntimeException e) {
      discard(id);
      throw e;
    } finally {
      entry.lock.unlock();
    }
  }

  private static void refuseWhatWeLack(PodSandboxConfig config, NamespaceOption options) {
    if (options.hasUsernsOptions() && options.getUsernsOptions().getMode() == NamespaceMode.POD) {
      throw RuntimeFailure.unsupported(
          "user namespaces (hostUsers: false) are not supported by this runtime");
    }
    if (config.getLinux().getCgroupParent().endsWith(".slice")) {
      throw RuntimeFailure.unsupported(
          "cgroup parent "
              + config.getLinux().getCgroupParent()
              + " is a systemd slice; the cgroupfs driver is served");
    }
    if (options.getNetwork() == NamespaceMode.NODE
        && config.getLinux().getSysctlsMap().keySet().stream()
            .anyMatch(name -> name.startsWith("net."))) {
      throw RuntimeFailure.invalid("net sysctls need a network of the pod's own");
    }
  }

  private static EnumSet<Namespaces.Kind> kinds(NamespaceOption options) {
    var kinds = EnumSet.noneOf(Namespaces.Kind.class);
    if (options.getNetwork() != NamespaceMode.NODE) {
      kinds.add(Namespaces.Kind.NET);
      // with the host's network a pod has the host's name too, as upstream
      kinds.add(Namespaces.Kind.UTS);
    }
    if (options.getIpc() != NamespaceMode.NODE) {
      kinds.add(Namespaces.Kind.IPC);
    }
    return kinds;
  }

  private static String hostname(PodSandboxConfig config, NamespaceOption options)
      throws IOException {
    if (options.getNetwork() == NamespaceMode.NODE || config.getHostname().isEmpty()) {
      return options.getNetwork() == NamespaceMode.NODE
          ? Files.readString(Path.of("/proc/sys/kernel/hostname")).strip()
          : config.getMetadata().getName();
    }
    return config.getHostname();
  }

  private String cgroup(PodSandboxConfig config, String id) {
    String parent = config.getLinux().getCgroupParent();
    return parent.isEmpty() ? defaultCgroup + "/" + id.substring(0, 24) : parent;
  }

  private void writeFiles(
      String id, PodSandboxConfig config, String hostname, NamespaceOption options)
      throws IOException {
    Path home = paths.sandbox(id);
    Posix.changeMode(home, 0711);
    Path resolv = home.resolve("resolv.conf");
    if (config.hasDnsConfig()) {
      Files.writeString(resolv, resolvConf(config.getDnsConfig()));
    } else {
      Files.write(resolv, readOrEmpty(Path.of("/etc/resolv.conf")));
    }
    Files.writeString(home.resolve("hostname"), hostname + "\n");
    // a kubelet brings its own; this is for clients that do not
    if (options.getNetwork() == NamespaceMode.NODE) {
      Files.write(home.resolve("hosts"), readOrEmpty(Path.of("/etc/hosts")));
    } else {
      Files.writeString(
          home.resolve("hosts"), "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n");
    }
    for (String name : List.of("resolv.conf", "hostname", "hosts")) {
      Posix.changeMode(home.resolve(name), 0644);
    }
  }

  private static byte[] readOrEmpty(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
  }

  static String resolvConf(DNSConfig dns) {
    var text = new StringBuilder();
    if (dns.getSearchesCount() > 0) {
      text.append("search ").append(String.join(" ", dns.getSearchesList())).append('\n');
    }
    dns.getServersList().forEach(server -> text.append("nameserver ").append(server).append('\n'));
    if (dns.getOptionsCount() > 0) {
      text.append("options ").append(String.join(" ", dns.getOptionsList())).append('\n');
    }
    return text.toString();
  }

  private void mountShm(String id, NamespaceOption options) throws IOException {
    if (options.getIpc() == NamespaceMode.NODE) {
      return;
    }
    Path target = Files.createDirectories(paths.shm(id));
    Posix.onPlatformThread(
        "mount",
        () -> {
          Posix.mount(
              "shm",
              target,
              "tmpfs",
              Posix.MS_NOSUID | Posix.MS_NODEV | Posix.MS_NOEXEC,
              "mode=1777,size=67108864");
          return null;
        });
  }

  private void pause(SandboxRecord.Builder record) throws IOException {
    String id = record.getId();
    Path bundle = Files.createDirectories(paths.bundle(id));
    Path rootfs = Files.createDirectories(bundle.resolve("rootfs"));
    // the OCI runtime makes its device files there
    Files.createDirectories(rootfs.resolve("dev"));
    Files.createDirectories(rootfs.resolve("proc"));
    PauseProgram.write(rootfs.resolve("pause"), host.machine());
    JsonObject spec =
        JsonObject.of(
            "ociVersion",
            "1.0.2",
            "process",
            JsonObject.of(
                "terminal",
                false,
                "user",
                JsonObject.of("uid", 65535L, "gid", 65535L),
                "args",
                new ArrayList<Object>(List.of("/pause")),
                "cwd",
                "/",
                "noNewPrivileges",
                true,
                "oomScoreAdj",
                Math.max(-998L, host.powers().lowestOomScore())),
            "root",
            JsonObject.of("path", rootfs.toString(), "readonly", true),
            "mounts",
            new ArrayList<Object>(
                List.of(
                    JsonObject.of("destination", "/proc", "type", "proc", "source", "proc"),
                    JsonObject.of("destination", "/dev", "type", "tmpfs", "source", "tmpfs"))),
            "linux",
            JsonObject.of(
                "cgroupsPath",
                record.getCgroupParent() + "/" + PAUSE + id,
                "namespaces",
                new ArrayList<Object>(
                    List.of(JsonObject.of("type", "pid"), JsonObject.of("type", "mount")))));
    Files.write(bundle.resolve("config.json"), Json.bytes(spec));
    long pid = oci.runDetached(PAUSE + id, bundle);
    record.setPausePid(pid).addNamespaces("pid");
    Namespaces.keep(pid, "pid", paths.namespaces(id).resolve("pid"));
  }

  private CniNetwork.Attachment attachment(SandboxRecord record) {
    PodSandboxConfig config = record.getConfig();
    Map<String, String> arguments = new LinkedHashMap<>();
    arguments.put("IgnoreUnknown", "1");
    arguments.put("K8S_POD_NAMESPACE", config.getMetadata().getNamespace());
    arguments.put("K8S_POD_NAME", config.getMetadata().getName());
    arguments.put("K8S_POD_INFRA_CONTAINER_ID", record.getId());
    arguments.put("K8S_POD_UID", config.getMetadata().getUid());
    List<JsonObject> ports = new ArrayList<>();
    for (PortMapping mapping : config.getPortMappingsList()) {
      if (mapping.getHostPort() > 0) {
        ports.add(
            JsonObject.of(
                "hostPort",
                (long) mapping.getHostPort(),
                "containerPort",
                (long) mapping.getContainerPort(),
                "protocol",
                mapping.getProtocol().name().toLowerCase(java.util.Locale.ROOT),
                "hostIP",
                mapping.getHostIp()));
      }
    }
    Path namespace = paths.namespaces(record.getId()).resolve("net");
    // CNI: an empty CNI_NETNS tells DEL that the namespace is gone and only the rest is to be freed
    return new CniNetwork.Attachment(
        record.getId(), Files.exists(namespace) ? namespace : Path.of(""), arguments, ports);
  }

  /** Takes network and namespaces back; the record stays until {@link #remove}. May be repeated. */
  void stop(String id) throws IOException {
    var entry = records.get(id);
    entry.lock.lock();
    try {
      SandboxRecord record = entry.record();
      String full = record.getId();
      disconnect(record);
      if (record.getPausePid() != 0) {
        oci.delete(PAUSE + full);
      }
      release(full);
      records.change(
          full,
          entry,
          record.toBuilder().setReady(false).setNetworked(false).setPausePid(0).clearIps().build());
    } finally {
      entry.lock.unlock();
    }
  }

  private void disconnect(SandboxRecord record) throws IOException {
    if (record.getNetworked()) {
      network.delete(attachment(record), record.getCniResult().toByteArray());
    }
  }

  private void release(String id) throws IOException {
    Posix.onPlatformThread(
        "unmount",
        () -> {
          if (Files.exists(paths.namespaces(id))) {
            Namespaces.release(paths.namespaces(id));
          }
          if (Files.exists(paths.shm(id))) {
            Posix.unmountAll(paths.shm(id));
            Files.deleteIfExists(paths.shm(id));
          }
          return null;
        });
    if (id.length() >= 24) {
      RuntimePaths.delete(paths.bundle(id));
    }
  }

  void remove(String id) throws IOException {
    SandboxRecord record = get(id);
    String full = record.getId();
    stop(full);
    RuntimePaths.delete(paths.sandbox(full));
    records.remove(full);
    if (record.getConfig().getLinux().getCgroupParent().isEmpty()) {
      Cgroups.remove(record.getCgroupParent(), host.cgroupV2());
    }
  }

  /** After a failed start: everything goes, whatever of it came to be. */
  private void discard(String id) {
    try {
      remove(id);
    } catch (IOException | RuntimeException e) {
      LOG.warn("sandbox {} could not be taken apart: {}", id, e.getMessage());
    }
  }

  void setResources(
      String id,
      dev.javernetes.cri.v1.LinuxContainerResources overhead,
      dev.javernetes.cri.v1.LinuxContainerResources resources)
      throws IOException {
    var entry = records.get(id);
    entry.lock.lock();
    try {
      SandboxRecord record = entry.record();
      var linux =
          record.getConfig().getLinux().toBuilder().setOverhead(overhead).setResources(resources);
      records.change(
          record.getId(),
          entry,
          record.toBuilder().setConfig(record.getConfig().toBuilder().setLinux(linux)).build());
    } finally {
      entry.lock.unlock();
    }
  }
}
