package dev.javernetes.runtime.oci;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * System call filters. {@code RuntimeDefault} refuses what lets a container reach the kernel's or
 * the host's own state, each unless the container has the capability that it needs anyway; all else
 * passes.
 *
 * <p>Containerd and CRI-O list some 400 calls that pass instead. Ours is the shorter list of those
 * that do not: a call that a new kernel brings is allowed here and refused there. See
 * docs/decisions/0020-container-runtime.md.
 */
final class Seccomp {
  private static final List<String> ALWAYS =
      List.of(
          "kexec_load",
          "kexec_file_load",
          "create_module",
          "get_kernel_syms",
          "query_module",
          "nfsservctl",
          "uselib",
          "ustat",
          "sysfs",
          "_sysctl",
          "vm86",
          "vm86old",
          "add_key",
          "request_key",
          "keyctl",
          "userfaultfd",
          "io_uring_setup",
          "io_uring_enter",
          "io_uring_register",
          "get_mempolicy",
          "move_pages",
          "set_mempolicy",
          "mbind",
          "migrate_pages",
          "swapon",
          "swapoff");

  /** Allowed only with the capability. */
  private static final Map<String, List<String>> BY_CAPABILITY = byCapability();

  private Seccomp() {}

  private static Map<String, List<String>> byCapability() {
    Map<String, List<String>> map = new LinkedHashMap<>();
    map.put(
        "CAP_SYS_ADMIN",
        List.of(
            "mount",
            "umount",
            "umount2",
            "pivot_root",
            "setns",
            "unshare",
            "fsopen",
            "fsconfig",
            "fsmount",
            "fspick",
            "move_mount",
            "open_tree",
            "mount_setattr",
            "lookup_dcookie",
            "quotactl",
            "quotactl_fd",
            "setdomainname",
            "sethostname",
            "fanotify_init"));
    map.put("CAP_BPF", List.of("bpf"));
    map.put("CAP_PERFMON", List.of("perf_event_open"));
    map.put("CAP_SYS_MODULE", List.of("init_module", "finit_module", "delete_module"));
    map.put("CAP_SYS_BOOT", List.of("reboot"));
    map.put("CAP_SYS_PACCT", List.of("acct"));
    map.put("CAP_SYS_RAWIO", List.of("iopl", "ioperm"));
    map.put("CAP_SYS_TIME", List.of("settimeofday", "stime", "clock_settime", "clock_settime64"));
    map.put("CAP_SYS_TTY_CONFIG", List.of("vhangup"));
    map.put("CAP_SYSLOG", List.of("syslog"));
    map.put("CAP_DAC_READ_SEARCH", List.of("open_by_handle_at"));
    map.put("CAP_SYS_PTRACE", List.of("kcmp", "process_madvise"));
    return map;
  }

  static JsonObject runtimeDefault(Set<Object> capabilities, String machine) {
    List<Object> refused = new ArrayList<>(ALWAYS);
    BY_CAPABILITY.forEach((capability, calls) -> {
      if (!capabilities.contains(capability) && !capabilities.contains("CAP_SYS_ADMIN")) {
        refused.addAll(calls);
      }
    });
    List<Object> rules = new ArrayList<>();
    rules.add(JsonObject.of("names", refused, "action", "SCMP_ACT_ERRNO", "errnoRet", 1L));
    if (!capabilities.contains("CAP_SYS_ADMIN")) {
      // clone(2) with any CLONE_NEW* flag; clone3 hides its flags in memory, and programs fall back
      // on ENOSYS
      long namespaces = 0x7E020000L;
      rules.add(
          JsonObject.of(
              "names",
              list("clone"),
              "action",
              "SCMP_ACT_ERRNO",
              "errnoRet",
              1L,
              "args",
              list(
                  JsonObject.of(
                      "index",
                      0L,
                      "value",
                      0x10000000L,
                      "valueTwo",
                      0x10000000L,
                      "op",
                      "SCMP_CMP_MASKED_EQ"))));
      for (long bit = 0x00020000L; bit <= 0x40000000L; bit <<= 1) {
        if ((namespaces & bit) != 0 && bit != 0x10000000L) {
          rules.add(
              JsonObject.of(
                  "names",
                  list("clone"),
                  "action",
                  "SCMP_ACT_ERRNO",
                  "errnoRet",
                  1L,
                  "args",
                  list(
                      JsonObject.of(
                          "index",
                          0L,
                          "value",
                          bit,
                          "valueTwo",
                          bit,
                          "op",
                          "SCMP_CMP_MASKED_EQ"))));
        }
      }
      rules.add(
          JsonObject.of("names", list("clone3"), "action", "SCMP_ACT_ERRNO", "errnoRet", 38L));
    }
    List<Object> architectures =
        machine.equals("arm64")
            ? list("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM")
            : list("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
    return JsonObject.of(
        "defaultAction", "SCMP_ACT_ALLOW", "architectures", architectures, "syscalls", rules);
  }

  /**
   * A profile file in the OCI form; of docker's extensions only rules without conditions can be
   * honoured.
   */
  static JsonObject localhost(String profile, String name) {
    JsonObject json;
    try {
      json = Json.parseObject(profile);
    } catch (JsonSyntaxException e) {
      throw RuntimeFailure.invalid("seccomp profile " + name + " is not JSON: " + e.getMessage());
    }
    if (json.string("defaultAction").isEmpty()) {
      throw RuntimeFailure.invalid("seccomp profile " + name + " has no defaultAction");
    }
    for (JsonObject rule : json.objects("syscalls")) {
      if (!rule.objectOrEmpty("includes").isEmpty() || !rule.objectOrEmpty("excludes").isEmpty()) {
        throw RuntimeFailure.unsupported(
            "seccomp profile "
                + name
                + " has conditional rules (includes, excludes), which are not read");
      }
      rule.remove("includes");
      rule.remove("excludes");
      rule.remove("comment");
    }
    json.remove("archMap");
    return json;
  }

  private static List<Object> list(Object... elements) {
    return new ArrayList<>(List.of(elements));
  }
}
