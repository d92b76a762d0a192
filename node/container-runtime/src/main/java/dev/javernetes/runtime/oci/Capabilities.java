package dev.javernetes.runtime.oci;

import dev.javernetes.cri.v1.Capability;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Linux capabilities of a container: the usual fourteen, plus and minus what the pod says, or all
 * for a privileged one.
 */
final class Capabilities {
  /**
   * In the kernel's order, so that the first n+1 are those of a kernel whose {@code cap_last_cap}
   * is n. See capabilities(7).
   */
  private static final List<String> ALL =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "KILL",
          "SETGID",
          "SETUID",
          "SETPCAP",
          "LINUX_IMMUTABLE",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_ADMIN",
          "NET_RAW",
          "IPC_LOCK",
          "IPC_OWNER",
          "SYS_MODULE",
          "SYS_RAWIO",
          "SYS_CHROOT",
          "SYS_PTRACE",
          "SYS_PACCT",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_NICE",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "MKNOD",
          "LEASE",
          "AUDIT_WRITE",
          "AUDIT_CONTROL",
          "SETFCAP",
          "MAC_OVERRIDE",
          "MAC_ADMIN",
          "SYSLOG",
          "WAKE_ALARM",
          "BLOCK_SUSPEND",
          "AUDIT_READ",
          "PERFMON",
          "BPF",
          "CHECKPOINT_RESTORE");

  private static final List<String> USUAL =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "FSETID",
          "FOWNER",
          "MKNOD",
          "NET_RAW",
          "SETGID",
          "SETUID",
          "SETFCAP",
          "SETPCAP",
          "NET_BIND_SERVICE",
          "SYS_CHROOT",
          "KILL",
          "AUDIT_WRITE");

  private Capabilities() {}

  static List<Object> granted(Capability asked, boolean privileged, long mask) {
    List<String> known =
        IntStream.range(0, ALL.size())
            .filter(bit -> (mask >> bit & 1) != 0)
            .mapToObj(ALL::get)
            .toList();
    if (privileged) {
      return prefixed(known);
    }
    Set<String> names = new LinkedHashSet<>(USUAL);
    List<String> add = plain(asked.getAddCapabilitiesList());
    List<String> drop = plain(asked.getDropCapabilitiesList());
    // ALL first, single names after it: "drop ALL, add CHOWN" leaves CHOWN, as upstream's runtimes
    // do
    if (add.contains("ALL")) {
      names.addAll(known);
    }
    if (drop.contains("ALL")) {
      names.clear();
    }
    names.addAll(add);
    names.removeAll(drop);
    names.remove("ALL");
    names.retainAll(known);
    return prefixed(names);
  }

  static List<Object> ambient(Capability asked) {
    return prefixed(plain(asked.getAddAmbientCapabilitiesList()));
  }

  private static List<String> plain(List<String> names) {
    List<String> plain = new ArrayList<>();
    for (String name : names) {
      String upper = name.toUpperCase(Locale.ROOT);
      String bare = upper.startsWith("CAP_") ? upper.substring(4) : upper;
      if (!bare.equals("ALL") && !ALL.contains(bare)) {
        throw RuntimeFailure.invalid("unknown capability \"" + name + "\"");
      }
      plain.add(bare);
    }
    return plain;
  }

  private static List<Object> prefixed(Iterable<String> names) {
    List<Object> full = new ArrayList<>();
    names.forEach(name -> full.add("CAP_" + name));
    return full;
  }
}
