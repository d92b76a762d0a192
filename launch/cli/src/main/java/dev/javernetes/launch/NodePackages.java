package dev.javernetes.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a real node needs of the operating system: programs, and the Debian packages that they come
 * in.
 */
final class NodePackages {
  private static final Map<String, String> PACKAGE_OF_PROGRAM = new LinkedHashMap<>();

  static {
    PACKAGE_OF_PROGRAM.put("crun", "crun");
    PACKAGE_OF_PROGRAM.put("conmon", "conmon");
    PACKAGE_OF_PROGRAM.put("iptables-restore", "iptables");
    PACKAGE_OF_PROGRAM.put("conntrack", "conntrack");
    PACKAGE_OF_PROGRAM.put("ip", "iproute2");
    PACKAGE_OF_PROGRAM.put("mount", "mount");
  }

  private static final Path CNI_BRIDGE = Path.of("/usr/lib/cni/bridge");

  /** The demo image is made of it; a cluster runs without. */
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private NodePackages() {}

  /** Installs what is missing where apt is there; elsewhere says what is missing. */
  static void ensure(Consumer<String> progress) {
    List<String> missing = missing();
    if (missing.isEmpty()) {
      return;
    }
    String list = String.join(" ", missing);
    if (!Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
      throw new LaunchException(
          "a node needs programs that this system lacks; install them (Debian's package names): "
              + list
              + " — or run ./j8s up --simulated, which needs none of them");
    }
    progress.accept("installing packages: " + list);
    List<String> install =
        new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
    install.addAll(missing);
    if (run(install).status() != 0) {
      run(List.of("apt-get", "update"));
      Result second = run(install);
      if (second.status() != 0) {
        throw new LaunchException("apt-get install " + list + " failed: " + second.lastLine());
      }
    }
  }

  static List<String> missing() {
    List<String> missing = new ArrayList<>();
    PACKAGE_OF_PROGRAM.forEach((program, name) -> {
      if (!onPath(program)) {
        missing.add(name);
      }
    });
    if (!Files.isExecutable(CNI_BRIDGE) && !Files.isExecutable(Path.of("/opt/cni/bin/bridge"))) {
      missing.add("containernetworking-plugins");
    }
    if (!Files.isExecutable(BUSYBOX)) {
      missing.add("busybox-static");
    }
    return missing;
  }

  private static boolean onPath(String program) {
    for (String folder :
        (System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin").split(":")) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private record Result(int status, String output) {
    String lastLine() {
      return output.strip().lines().reduce("", (before, line) -> line);
    }
  }

  private static Result run(List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException problem) {
      throw new LaunchException(
          "cannot run " + command.getFirst() + ": " + problem.getMessage(), problem);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new LaunchException("interrupted", stopped);
    }
  }
}
