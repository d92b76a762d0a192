package dev.javernetes.runtime;

import dev.javernetes.cri.CriEndpoint;
import dev.javernetes.runtime.cni.DefaultNetwork;
import dev.javernetes.runtime.image.RegistryConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The command line of {@code ./j8s runtime}: {@code --flag value} or {@code --flag=value} over the options of a data directory.
 *
 * <p>An unknown flag is an error. {@link #USAGE} lists them all.
 */
public final class RuntimeArguments {
  public static final String USAGE =
      """
      j8s runtime: a CRI v1 container runtime on a unix socket

        --listen unix:///path.sock     where to serve
        --root DIR                     images and records
        --state DIR                    mounts and sockets; on a tmpfs
        --runtime crun|runc|PATH       the OCI runtime
        --cni-conf-dir DIR             network configuration; a default one is written there
        --cni-bin-dir DIR[:DIR...]     network plugins
        --pod-cidr CIDR[,CIDR]         addresses of pods on this node; a kubelet may send them instead
        --bridge NAME                  bridge of the default network
        --cgroup-parent /PATH          for pods whose client names none
        --registry-config FILE         how registries are reached (JSON)
      """;

  private RuntimeArguments() {}

  /** {@code defaults} is what holds where no flag says otherwise. */
  public static RuntimeOptions parse(List<String> arguments, RuntimeOptions defaults)
      throws IOException {
    RuntimeOptions options = defaults;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument : argument.substring(0, equals);
      String value;
      if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (i + 1 < arguments.size()) {
        value = arguments.get(++i);
      } else {
        throw new IllegalArgumentException("flag " + flag + " needs a value");
      }
      options = with(options, flag, value);
    }
    return options;
  }

  private static RuntimeOptions with(RuntimeOptions o, String flag, String value)
      throws IOException {
    return switch (flag) {
      case "--listen" -> o.withListen(CriEndpoint.parse(value));
      case "--root" -> o.withDirectories(Path.of(value).toAbsolutePath(), o.state());
      case "--state" -> o.withDirectories(o.root(), Path.of(value).toAbsolutePath());
      case "--runtime" -> o.withOciRuntime(value);
      case "--cni-conf-dir" -> o.withCni(Path.of(value).toAbsolutePath(), o.cniBinDirs());
      case "--cni-bin-dir" ->
          o.withCni(o.cniConfDir(), Arrays.stream(value.split(":")).map(Path::of).toList());
      case "--pod-cidr" -> o.withNetwork(o.bridge(), DefaultNetwork.parseCidrs(value));
      case "--bridge" -> o.withNetwork(value, o.podCidrs());
      case "--cgroup-parent" -> o.withCgroup(value);
      case "--registry-config" -> o.withRegistries(RegistryConfig.read(Path.of(value)));
      default -> throw new IllegalArgumentException("unknown flag: " + flag);
    };
  }
}
