package dev.javernetes.runtime;

import dev.javernetes.runtime.image.FileTrees;
import dev.javernetes.runtime.linux.Bridge;
import dev.javernetes.runtime.linux.Command;
import dev.javernetes.runtime.linux.Posix;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rest of a purge, once no pod is left: stray mounts, the bridge, chains of the port mapping
 * plugin, files.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  static void remove(RuntimeOptions options, boolean keepImages) throws IOException {
    unmountBelow(List.of(options.root(), options.state()));
    Bridge.delete(options.bridge());
    removeRules("iptables", options.bridge());
    removeRules("ip6tables", options.bridge());
    releaseHybridControllers();
    Files.deleteIfExists(options.listen().socket());
    for (String name : List.of("ns", "shm", "b", "exits", "oci", "ipam")) {
      FileTrees.delete(options.state().resolve(name));
    }
    Files.deleteIfExists(options.cniConfDir().resolve("10-j8s.conflist"));
    FileTrees.deleteIfEmpty(options.cniConfDir());
    FileTrees.deleteIfEmpty(options.state());
    for (String name : List.of("sandboxes", "containers")) {
      FileTrees.delete(options.root().resolve(name));
    }
    if (!keepImages) {
      for (String name : List.of("images", "layers", "l", "downloads", "lock")) {
        FileTrees.delete(options.root().resolve(name));
      }
      FileTrees.deleteIfEmpty(options.root());
    }
  }

  /** Deepest first, as /proc/self/mountinfo lists later mounts later. */
  private static void unmountBelow(List<Path> roots) throws IOException {
    List<Path> mounted = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      Path target = Path.of(line.split(" ")[4].replace("\\040", " "));
      if (roots.stream().anyMatch(root -> target.startsWith(root) && !target.equals(root))) {
        mounted.add(target);
      }
    }
    for (Path target : mounted.reversed()) {
      Posix.onPlatformThread(
          "unmount",
          () -> {
            Posix.unmountAll(target);
            return null;
          });
    }
  }

  /**
   * The portmap plugin leaves its top chains in the nat table for ever, and the bridge plugin its
   * masquerading where a pod's namespace was gone before its DEL. The former go if they lead to no
   * pod any more, ours or another cluster's; the latter carry our network's name.
   */
  private static void removeRules(String program, String network) throws IOException {
    Path save = HostRequirements.find(program + "-save");
    Path change = HostRequirements.find(program);
    if (save == null || change == null) {
      return;
    }
    List<String> rules = Command.of(save.toString(), "-t", "nat").run().text().lines().toList();
    List<List<String>> removals = new ArrayList<>(masqueradeRemovals(rules, network));
    removals.addAll(portMappingRemovals(rules));
    for (List<String> arguments : removals) {
      List<String> command = new ArrayList<>(List.of(change.toString(), "-w", "10", "-t", "nat"));
      command.addAll(arguments);
      Command.Output output = Command.of(command).run();
      if (output.exitCode() != 0) {
        LOG.warn("{}: {}", String.join(" ", command), output.errorText());
      }
    }
  }

  /**
   * Arguments for iptables, rules that lead to the chains first; nothing while a pod's port is
   * mapped.
   */
  static List<List<String>> portMappingRemovals(List<String> rules) {
    boolean used =
        rules.stream()
            .anyMatch(
                rule -> rule.startsWith("-A CNI-HOSTPORT-DNAT ") || rule.startsWith(":CNI-DN-"));
    if (used) {
      return List.of();
    }
    List<List<String>> removals = new ArrayList<>();
    for (String rule : rules) {
      if (rule.startsWith("-A ")
          && !rule.startsWith("-A CNI-")
          && rule.contains("-j CNI-HOSTPORT-")) {
        removals.add(words("-D " + rule.substring(3)));
      }
    }
    List<String> chains = new ArrayList<>();
    for (String rule : rules) {
      if (rule.startsWith(":CNI-HOSTPORT-")) {
        chains.add(rule.substring(1, rule.indexOf(' ')));
      }
    }
    chains.forEach(chain -> removals.add(List.of("-F", chain)));
    chains.forEach(chain -> removals.add(List.of("-X", chain)));
    return removals;
  }

  /** By the comment that the bridge plugin writes: {@code name: "NETWORK" id: "…"}. */
  static List<List<String>> masqueradeRemovals(List<String> rules, String network) {
    List<List<String>> removals = new ArrayList<>();
    List<String> chains = new ArrayList<>();
    for (String rule : rules) {
      List<String> words = words(rule);
      if (rule.startsWith("-A POSTROUTING ")
          && words.getLast().startsWith("CNI-")
          && words.stream().anyMatch(word -> word.startsWith("name: \"" + network + "\" id: "))) {
        chains.add(words.getLast());
        List<String> removal = new ArrayList<>(words);
        removal.set(0, "-D");
        removals.add(removal);
      }
    }
    chains.forEach(chain -> removals.add(List.of("-F", chain)));
    chains.forEach(chain -> removals.add(List.of("-X", chain)));
    return removals;
  }

  /**
   * Splits as iptables-save quotes: comments stand in double quotes, with a backslash before quotes
   * of their own.
   */
  private static List<String> words(String rule) {
    List<String> words = new ArrayList<>();
    var word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i <= rule.length(); i++) {
      char c = i == rule.length() ? ' ' : rule.charAt(i);
      if (c == '\\' && i + 1 < rule.length()) {
        word.append(rule.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ' ' && !quoted) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
      } else {
        word.append(c);
      }
    }
    return words;
  }

  /** What {@code HostRequirements} mounted, if no cgroup is left in it. */
  private static void releaseHybridControllers() throws IOException {
    Path mark = HostRequirements.MARK;
    if (!Files.exists(mark)) {
      return;
    }
    for (String controller : Files.readAllLines(mark)) {
      Path target = Path.of("/sys/fs/cgroup", controller);
      if (Files.isDirectory(target) && !hasChildren(target)) {
        Posix.onPlatformThread(
            "unmount",
            () -> {
              Posix.unmountAll(target);
              return null;
            });
        Files.deleteIfExists(target);
      } else if (Files.isDirectory(target)) {
        return;
      }
    }
    Files.delete(mark);
  }

  private static boolean hasChildren(Path directory) throws IOException {
    try (DirectoryStream<Path> children =
        Files.newDirectoryStream(directory, path -> Files.isDirectory(path))) {
      return children.iterator().hasNext();
    }
  }
}
