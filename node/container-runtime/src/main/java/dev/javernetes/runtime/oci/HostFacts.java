package dev.javernetes.runtime.oci;

import java.util.List;

/**
 * What a specification depends on besides the request: read once when the runtime starts, given as
 * values in tests.
 */
public record HostFacts(
    boolean cgroupV2, boolean swapLimit, Powers powers, String machine, List<DeviceNode> devices) {

  public HostFacts {
    devices = List.copyOf(devices);
  }

  /**
   * What we can hand on. {@code capabilities} is our own bounding set as a bit mask, {@code
   * openFiles} our hard limit, and {@code lowestOomScore} what a process of ours may have: without
   * CAP_SYS_RESOURCE a limit is not raised and a score not lowered. Inside another container that
   * is the usual case, and the pod runs all the same, as with upstream's runtimes.
   */
  public record Powers(long capabilities, long openFiles, long lowestOomScore) {}

  /** A device file of the host: {@code type} is {@code c} or {@code b}. */
  public record DeviceNode(
      String path, char type, long major, long minor, int mode, long uid, long gid) {}
}
