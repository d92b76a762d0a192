package dev.javernetes.kubelet.node;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What does not change about this machine: processors, memory, identity. Read once from /proc, /sys
 * and /etc.
 *
 * @param hugePages page size as in resources ({@code 2Mi}) to bytes
 */
public record Machine(
    int processors,
    long memoryBytes,
    Map<String, Long> hugePages,
    String machineId,
    String systemUuid,
    String bootId,
    String kernelVersion,
    String osImage,
    String architecture,
    List<String> addresses,
    boolean swapOn) {

  public Machine {
    hugePages = Map.copyOf(hugePages);
    addresses = List.copyOf(addresses);
  }

  public static Machine read() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        kilobytes("MemTotal") * 1024,
        readHugePages(),
        text("/etc/machine-id"),
        text("/sys/class/dmi/id/product_uuid"),
        text("/proc/sys/kernel/random/boot_id"),
        text("/proc/sys/kernel/osrelease"),
        readOsImage(),
        architectureHere(),
        readAddresses(),
        lines("/proc/swaps").size() > 1);
  }

  public static long totalMemory() {
    return kilobytes("MemTotal") * 1024;
  }

  /** Bytes that could be used without swapping: {@code MemAvailable}. */
  public static long availableMemory() {
    return kilobytes("MemAvailable") * 1024;
  }

  /** This machine's processor in Go's words. */
  public static String architectureHere() {
    return architecture(System.getProperty("os.arch", ""));
  }

  /** In Go's words. */
  static String architecture(String java) {
    return switch (java) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> java;
    };
  }

  private static long kilobytes(String name) {
    for (String line : lines("/proc/meminfo")) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return 0;
  }

  private static Map<String, Long> readHugePages() {
    Map<String, Long> pages = new LinkedHashMap<>();
    Path root = Path.of("/sys/kernel/mm/hugepages");
    if (!Files.isDirectory(root)) {
      return pages;
    }
    try (var sizes = Files.newDirectoryStream(root, "hugepages-*kB")) {
      for (Path size : sizes) {
        long kilobytes = Long.parseLong(size.getFileName().toString().replaceAll("[^0-9]", ""));
        String count = text(size.resolve("nr_hugepages").toString());
        String name =
            kilobytes >= 1 << 20
                ? (kilobytes >> 20) + "Gi"
                : kilobytes >= 1 << 10 ? (kilobytes >> 10) + "Mi" : kilobytes + "Ki";
        pages.put(name, kilobytes * 1024 * (count.isEmpty() ? 0 : Long.parseLong(count)));
      }
    } catch (IOException | NumberFormatException unreadable) {
      return pages;
    }
    return pages;
  }

  private static String readOsImage() {
    for (String line : lines("/etc/os-release")) {
      if (line.startsWith("PRETTY_NAME=")) {
        return line.substring("PRETTY_NAME=".length()).replace("\"", "");
      }
    }
    return "Linux";
  }

  /** Of interfaces that are up, IPv4 before IPv6; bridges and pairs of containers left out. */
  private static List<String> readAddresses() {
    List<String> v4 = new ArrayList<>();
    List<String> v6 = new ArrayList<>();
    try {
      for (NetworkInterface nic : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        String name = nic.getName().toLowerCase(Locale.ROOT);
        boolean virtual =
            name.startsWith("veth")
                || name.startsWith("cni")
                || name.startsWith("docker")
                || name.startsWith("br-")
                || name.startsWith("kube")
                || name.startsWith("j8s");
        if (!nic.isUp() || nic.isLoopback() || virtual) {
          continue;
        }
        for (InetAddress address : Collections.list(nic.getInetAddresses())) {
          if (address instanceof Inet4Address && !address.isLinkLocalAddress()) {
            v4.add(address.getHostAddress());
          } else if (address instanceof Inet6Address && !address.isLinkLocalAddress()) {
            v6.add(address.getHostAddress().replaceFirst("%.*", ""));
          }
        }
      }
    } catch (SocketException unreadable) {
      // falls to loopback below
    }
    v4.addAll(v6);
    return v4.isEmpty() ? List.of("127.0.0.1") : v4;
  }

  private static String text(String path) {
    try {
      return Files.readString(Path.of(path)).strip();
    } catch (IOException absent) {
      return "";
    }
  }

  private static List<String> lines(String path) {
    try {
      return Files.readAllLines(Path.of(path), StandardCharsets.UTF_8);
    } catch (IOException absent) {
      return List.of();
    }
  }
}
