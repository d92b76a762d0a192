package dev.javernetes.runtime.pod;

import dev.javernetes.runtime.image.Manifests;
import dev.javernetes.runtime.oci.HostFacts;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@link HostFacts} from /proc, /sys and /dev. */
final class HostProbe {
  /** Each container has its own of these. */
  private static final Set<String> NOT_SHARED =
      Set.of(
          "pts", "shm", "mqueue", "fd", "console", "ptmx", "stdin", "stdout", "stderr", "core",
          "log");

  private static final long MAX_OPEN_FILES = 1 << 20;
  private static final int CAP_SYS_RESOURCE = 24;

  private HostProbe() {}

  static HostFacts read() throws IOException {
    boolean v2 = Cgroups.isV2();
    boolean swap =
        v2
            ? Files.exists(Path.of("/proc/swaps"))
            : Files.exists(Cgroups.ROOT.resolve("memory/memory.memsw.limit_in_bytes"));
    List<HostFacts.DeviceNode> devices = new ArrayList<>();
    collect(Path.of("/dev"), devices);
    return new HostFacts(v2, swap, powers(), Manifests.Platform.current().architecture(), devices);
  }

  /**
   * As many as containerd's unit gives, but never more than we may hand on: raising a hard limit
   * needs CAP_SYS_RESOURCE.
   */
  private static long openFiles() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
      if (line.startsWith("Max open files")) {
        String[] words = line.substring("Max open files".length()).strip().split("\\s+");
        return words[1].equals("unlimited")
            ? MAX_OPEN_FILES
            : Math.min(MAX_OPEN_FILES, Long.parseLong(words[1]));
      }
    }
    return MAX_OPEN_FILES;
  }

  private static HostFacts.Powers powers() throws IOException {
    long bounding = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapBnd:")) {
        bounding = Long.parseUnsignedLong(line.substring("CapBnd:".length()).strip(), 16);
      }
    }
    boolean mayLower = (bounding >> CAP_SYS_RESOURCE & 1) != 0;
    long lowest =
        mayLower
            ? -1000
            : Long.parseLong(Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
    return new HostFacts.Powers(bounding, openFiles(), lowest);
  }

  private static void collect(Path directory, List<HostFacts.DeviceNode> devices)
      throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        if (NOT_SHARED.contains(child.getFileName().toString())) {
          continue;
        }
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          collect(child, devices);
          continue;
        }
        HostFacts.DeviceNode node = device(child);
        if (node != null) {
          devices.add(node);
        }
      }
    }
  }

  /** Null if it is no device. */
  static HostFacts.@Nullable DeviceNode device(Path path) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
    int mode = (int) number(attributes, "mode");
    int kind = mode & 0170000;
    if (kind != 0020000 && kind != 0060000) {
      return null;
    }
    long device = number(attributes, "rdev");
    long major = ((device >> 8) & 0xfff) | ((device >> 32) & ~0xfffL);
    long minor = (device & 0xff) | ((device >> 12) & ~0xffL);
    return new HostFacts.DeviceNode(
        path.toString(),
        kind == 0020000 ? 'c' : 'b',
        major,
        minor,
        mode & 07777,
        (int) number(attributes, "uid"),
        (int) number(attributes, "gid"));
  }

  private static long number(Map<String, Object> attributes, String name) {
    if (attributes.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalStateException("the file system gives no unix:" + name);
  }
}
