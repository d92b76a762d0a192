package dev.javernetes.runtime.oci;

import java.util.List;

/**
 * What a specification depends on besides the request: read once when the runtime starts, given as
 * values in tests.
 */
public record HostFacts(
    boolean cgroupV2,
    boolean swapLimit,
    int lastCapability,
    long openFiles,
    String machine,
    List<DeviceNode> devices) {

  public HostFacts {
    devices = List.copyOf(devices);
  }

  /** A device file of the host: {@code type} is {@code c} or {@code b}. */
  public record DeviceNode(
      String path, char type, long major, long minor, int mode, long uid, long gid) {}
}
