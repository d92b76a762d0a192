package dev.javernetes.runtime.cni;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The network we configure when nobody brought one: a bridge, addresses by host-local from the
 * node's pod range, host ports by portmap.
 *
 * <p>The bridge's name is part of it, so that two clusters on a machine do not share one. {@code
 * ipamDirectory} is on a tmpfs: addresses are free again after a reboot, when no pod holds one.
 */
public record DefaultNetwork(String bridge, List<String> podCidrs, Path ipamDirectory) {
  /** IFNAMSIZ less the terminating zero. */
  private static final int MAX_INTERFACE_NAME = 15;

  /** Sorts before most other files: with several lists in the directory the first one counts. */
  public static final String FILE = "10-j8s.conflist";

  public DefaultNetwork {
    podCidrs = List.copyOf(podCidrs);
    if (bridge.isEmpty() || bridge.length() > MAX_INTERFACE_NAME || bridge.contains("/")) {
      throw new IllegalArgumentException("not a name for a bridge: " + bridge);
    }
  }

  /** {@code 10.42.0.0/24} or, for two families, {@code 10.42.0.0/24,fd00:42::/64}. */
  public static List<String> parseCidrs(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  JsonObject configuration() {
    List<Object> ranges = new ArrayList<>();
    List<Object> routes = new ArrayList<>();
    for (String cidr : podCidrs) {
      ranges.add(new ArrayList<Object>(List.of(JsonObject.of("subnet", cidr))));
      routes.add(JsonObject.of("dst", cidr.contains(":") ? "::/0" : "0.0.0.0/0"));
    }
    JsonObject ipam =
        JsonObject.of(
            "type",
            "host-local",
            "dataDir",
            ipamDirectory.toString(),
            "ranges",
            ranges,
            "routes",
            routes);
    JsonObject bridgePlugin =
        JsonObject.of(
            "type", "bridge",
            "bridge", bridge,
            "isGateway", true,
            "isDefaultGateway", false,
            "ipMasq", true,
            // a pod that reaches itself through its own service
            "hairpinMode", true,
            "ipam", ipam);
    JsonObject portmap =
        JsonObject.of("type", "portmap", "capabilities", JsonObject.of("portMappings", true));
    return JsonObject.of(
        "cniVersion",
        "1.0.0",
        "name",
        bridge,
        "plugins",
        new ArrayList<Object>(List.of(bridgePlugin, portmap)));
  }

  /** True if the file changed. */
  public boolean writeTo(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(FILE);
    byte[] bytes = Json.bytes(configuration());
    if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
      return false;
    }
    Path fresh = directory.resolve(FILE + ".new");
    Files.write(fresh, bytes);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return true;
  }
}
