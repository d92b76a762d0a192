package dev.javernetes.apiserver.admission.podsecurity;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.admission.podsecurity.PodCheck.Version;
import dev.javernetes.apiserver.admission.podsecurity.PodCheck.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The baseline standard: nothing that is a known way out of a container. */
final class BaselineChecks {
  private static final Set<String> CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");
  private static final Set<String> SYSCTLS =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.ping_group_range",
          "net.ipv4.ip_unprivileged_port_start");
  private static final Map<Integer, Set<String>> SYSCTLS_SINCE =
      Map.of(
          27,
          Set.of("net.ipv4.ip_local_reserved_ports"),
          29,
          Set.of(
              "net.ipv4.tcp_keepalive_time",
              "net.ipv4.tcp_fin_timeout",
              "net.ipv4.tcp_keepalive_intvl",
              "net.ipv4.tcp_keepalive_probes"),
          32,
          Set.of("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"));
  private static final Set<String> SELINUX_TYPES =
      Set.of("", "container_t", "container_init_t", "container_kvm_t");
  private static final String APPARMOR_ANNOTATION =
      "container.apparmor.security.beta.kubernetes.io/";
  private static final String SECCOMP_POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";
  private static final String SECCOMP_ANNOTATION =
      "container.seccomp.security.alpha.kubernetes.io/";

  private BaselineChecks() {}

  static List<PodCheck> all() {
    return List.of(
        check("appArmorProfile", new Version(0, BaselineChecks::appArmor)),
        check("capabilities_baseline", new Version(0, BaselineChecks::capabilities)),
        check("hostNamespaces", new Version(0, BaselineChecks::hostNamespaces)),
        check("hostPathVolumes", new Version(0, BaselineChecks::hostPath)),
        check("hostPorts", new Version(0, BaselineChecks::hostPorts)),
        check("hostProbesAndHostLifecycle", new Version(34, BaselineChecks::probeHosts)),
        check("privileged", new Version(0, BaselineChecks::privileged)),
        check(
            "procMount",
            new Version(0, BaselineChecks::procMount),
            new Version(35, pod -> pod.userNamespace() ? null : procMount(pod))),
        check(
            "seLinuxOptions",
            new Version(0, pod -> seLinux(pod, SELINUX_TYPES)),
            new Version(31, pod -> seLinux(pod, with(SELINUX_TYPES, "container_engine_t")))),
        check(
            "seccompProfile_baseline",
            new Version(0, BaselineChecks::seccompAnnotations),
            new Version(19, BaselineChecks::seccomp)),
        check(
            "sysctls",
            new Version(0, pod -> sysctls(pod, 0)),
            new Version(27, pod -> sysctls(pod, 27)),
            new Version(29, pod -> sysctls(pod, 29)),
            new Version(32, pod -> sysctls(pod, 32))),
        check("windowsHostProcess", new Version(0, BaselineChecks::hostProcess)));
  }

  private static PodCheck check(String id, Version... versions) {
    return new PodCheck(id, SecurityLevel.BASELINE, "", List.of(versions));
  }

  private static Set<String> with(Set<String> set, String more) {
    Set<String> all = new TreeSet<>(set);
    all.add(more);
    return all;
  }

  private static @Nullable Violation appArmor(PodFacts pod) {
    Set<String> values = new TreeSet<>();
    boolean podOffends = badProfile(pod.podContext(), "appArmorProfile", values);
    List<String> containers =
        pod.names(one -> badProfile(PodFacts.context(one), "appArmorProfile", values));
    List<String> setters = new ArrayList<>();
    String set = PodFacts.setters(podOffends, containers);
    if (!set.isEmpty()) {
      setters.add(set);
    }
    List<String> annotations = new ArrayList<>();
    pod.metadata()
        .stringMap("annotations")
        .forEach((key, value) -> {
          boolean allowed =
              value.isEmpty() || value.equals("runtime/default") || value.startsWith("localhost/");
          if (key.startsWith(APPARMOR_ANNOTATION) && !allowed) {
            annotations.add(key + "=" + GoQuote.quote(value));
          }
        });
    List<String> all = new ArrayList<>(values);
    if (!annotations.isEmpty()) {
      annotations.sort(null);
      all.addAll(annotations);
      setters.add(annotations.size() == 1 ? "annotation" : "annotations");
    }
    return setters.isEmpty()
        ? null
        : new Violation(
            all.size() == 1 ? "forbidden AppArmor profile" : "forbidden AppArmor profiles",
            "%s must not set AppArmor profile type to %s"
                .formatted(String.join(" and ", setters), PodFacts.quoted(all)));
  }

  /** Whether the context's profile is neither the runtime's nor a file's; notes its type. */
  static boolean badProfile(JsonObject context, String field, Set<String> badValues) {
    JsonObject profile = context.object(field);
    if (profile == null) {
      return false;
    }
    String type = profile.string("type");
    if (type.equals("RuntimeDefault") || type.equals("Localhost")) {
      return false;
    }
    badValues.add(type);
    return true;
  }

  private static @Nullable Violation capabilities(PodFacts pod) {
    Set<String> bad = new TreeSet<>();
    List<String> containers =
        pod.names(one -> {
          List<String> added =
              PodFacts.context(one).objectOrEmpty("capabilities").strings("add").stream()
                  .filter(capability -> !CAPABILITIES.contains(capability))
                  .toList();
          bad.addAll(added);
          return !added.isEmpty();
        });
    return containers.isEmpty()
        ? null
        : new Violation(
            "non-default capabilities",
            "%s must not include %s in securityContext.capabilities.add"
                .formatted(
                    PodFacts.named("container", containers), PodFacts.quoted(List.copyOf(bad))));
  }

  private static @Nullable Violation hostNamespaces(PodFacts pod) {
    List<String> shared = new ArrayList<>();
    for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
      if (pod.spec().bool(field)) {
        shared.add(field + "=true");
      }
    }
    return shared.isEmpty() ? null : new Violation("host namespaces", String.join(", ", shared));
  }

  private static @Nullable Violation hostPath(PodFacts pod) {
    List<String> volumes =
        pod.spec().objects("volumes").stream()
            .filter(volume -> volume.has("hostPath"))
            .map(volume -> volume.string("name"))
            .toList();
    return volumes.isEmpty()
        ? null
        : new Violation("hostPath volumes", PodFacts.named("volume", volumes));
  }

  private static @Nullable Violation hostPorts(PodFacts pod) {
    Set<String> ports = new TreeSet<>();
    List<String> containers =
        pod.names(one -> {
          int before = ports.size();
          boolean offends = false;
          for (JsonObject port : one.objects("ports")) {
            if (port.integer("hostPort") != 0) {
              ports.add(Long.toString(port.integer("hostPort")));
              offends = true;
            }
          }
          return offends || ports.size() > before;
        });
    return containers.isEmpty()
        ? null
        : new Violation(
            "hostPort",
            "%s %s %s %s"
                .formatted(
                    PodFacts.named("container", containers),
                    containers.size() == 1 ? "uses" : "use",
                    ports.size() == 1 ? "hostPort" : "hostPorts",
                    String.join(", ", ports)));
  }

  private static @Nullable Violation probeHosts(PodFacts pod) {
    Set<String> hosts = new TreeSet<>();
    List<String> containers =
        pod.names(one -> {
          List<String> own = new ArrayList<>();
          for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            addHosts(one.objectOrEmpty(probe), own);
          }
          JsonObject lifecycle = one.objectOrEmpty("lifecycle");
          addHosts(lifecycle.objectOrEmpty("postStart"), own);
          addHosts(lifecycle.objectOrEmpty("preStop"), own);
          hosts.addAll(own);
          return !own.isEmpty();
        });
    List<String> sorted = containers.stream().distinct().sorted().toList();
    return sorted.isEmpty()
        ? null
        : new Violation(
            "probe or lifecycle host",
            "%s %s %s %s"
                .formatted(
                    PodFacts.named("container", sorted),
                    sorted.size() == 1 ? "uses" : "use",
                    hosts.size() == 1 ? "probe or lifecycle host" : "probe or lifecycle hosts",
                    PodFacts.quoted(List.copyOf(hosts))));
  }

  private static void addHosts(JsonObject handler, List<String> hosts) {
    for (String kind : List.of("httpGet", "tcpSocket")) {
      String host = handler.objectOrEmpty(kind).string("host");
      if (!host.isEmpty()) {
        hosts.add(host);
      }
    }
  }

  private static @Nullable Violation privileged(PodFacts pod) {
    List<String> containers = pod.names(one -> PodFacts.context(one).bool("privileged"));
    return containers.isEmpty()
        ? null
        : new Violation(
            "privileged",
            PodFacts.named("container", containers)
                + " must not set securityContext.privileged=true");
  }

  static @Nullable Violation procMount(PodFacts pod) {
    Set<String> types = new TreeSet<>();
    List<String> containers =
        pod.names(one -> {
          String type = PodFacts.context(one).stringOrNull("procMount");
          boolean offends = type != null && !type.equals("Default");
          if (offends) {
            types.add(type);
          }
          return offends;
        });
    return containers.isEmpty()
        ? null
        : new Violation(
            "procMount",
            "%s must not set securityContext.procMount to %s"
                .formatted(
                    PodFacts.named("container", containers), PodFacts.quoted(List.copyOf(types))));
  }

  private static @Nullable Violation seLinux(PodFacts pod, Set<String> allowedTypes) {
    Set<String> types = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    boolean podOffends = badSeLinux(pod.podContext(), allowedTypes, types, others);
    List<String> containers =
        pod.names(one -> badSeLinux(PodFacts.context(one), allowedTypes, types, others));
    String setters = PodFacts.setters(podOffends, containers);
    if (setters.isEmpty()) {
      return null;
    }
    List<String> bad = new ArrayList<>();
    if (!types.isEmpty()) {
      bad.add((types.size() == 1 ? "type " : "types ") + PodFacts.quoted(List.copyOf(types)));
    }
    for (String field : List.of("user", "role")) {
      if (others.contains(field)) {
        bad.add(field + " may not be set");
      }
    }
    return new Violation(
        "seLinuxOptions",
        "%s set forbidden securityContext.seLinuxOptions: %s"
            .formatted(setters, String.join("; ", bad)));
  }

  private static boolean badSeLinux(
      JsonObject context, Set<String> allowedTypes, Set<String> types, Set<String> others) {
    JsonObject options = context.object("seLinuxOptions");
    if (options == null) {
      return false;
    }
    boolean bad = false;
    if (!allowedTypes.contains(options.string("type"))) {
      types.add(options.string("type"));
      bad = true;
    }
    for (String field : List.of("user", "role")) {
      if (!options.string(field).isEmpty()) {
        others.add(field);
        bad = true;
      }
    }
    return bad;
  }

  private static @Nullable Violation seccompAnnotations(PodFacts pod) {
    Map<String, String> annotations = pod.metadata().stringMap("annotations");
    Set<String> bad = new TreeSet<>();
    List<String> keys = new ArrayList<>(List.of(SECCOMP_POD_ANNOTATION));
    pod.containers().forEach(one -> keys.add(SECCOMP_ANNOTATION + one.string("name")));
    for (String key : keys) {
      String value = annotations.get(key);
      if (value != null
          && !value.equals("runtime/default")
          && !value.equals("docker/default")
          && !value.startsWith("localhost/")) {
        bad.add(key + "=" + GoQuote.quote(value));
      }
    }
    return bad.isEmpty()
        ? null
        : new Violation(
            "seccompProfile",
            "forbidden %s %s"
                .formatted(bad.size() == 1 ? "annotation" : "annotations", String.join(", ", bad)));
  }

  static @Nullable Violation seccomp(PodFacts pod) {
    Set<String> values = new TreeSet<>();
    boolean podOffends = badProfile(pod.podContext(), "seccompProfile", values);
    List<String> containers =
        pod.names(one -> badProfile(PodFacts.context(one), "seccompProfile", values));
    String setters = PodFacts.setters(podOffends, containers);
    return setters.isEmpty()
        ? null
        : new Violation(
            "seccompProfile",
            "%s must not set securityContext.seccompProfile.type to %s"
                .formatted(setters, PodFacts.quoted(List.copyOf(values))));
  }

  private static @Nullable Violation sysctls(PodFacts pod, int minor) {
    Set<String> allowed = new TreeSet<>(SYSCTLS);
    SYSCTLS_SINCE.forEach((since, names) -> {
      if (since <= minor) {
        allowed.addAll(names);
      }
    });
    List<String> bad =
        pod.podContext().objects("sysctls").stream()
            .map(sysctl -> sysctl.string("name"))
            .filter(name -> !allowed.contains(name))
            .toList();
    return bad.isEmpty() ? null : new Violation("forbidden sysctls", String.join(", ", bad));
  }

  private static @Nullable Violation hostProcess(PodFacts pod) {
    boolean podOffends = pod.podContext().objectOrEmpty("windowsOptions").bool("hostProcess");
    List<String> containers =
        pod.names(one -> PodFacts.context(one).objectOrEmpty("windowsOptions").bool("hostProcess"));
    String setters = PodFacts.setters(podOffends, containers);
    return setters.isEmpty()
        ? null
        : new Violation(
            "hostProcess",
            setters + " must not set securityContext.windowsOptions.hostProcess=true");
  }
}
