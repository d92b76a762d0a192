package dev.javernetes.proxy;

import dev.javernetes.proxy.rules.ServicePort;
import java.io.IOException;
import java.util.List;

/** What makes the kernel forward Service traffic. */
public interface DataPlane {

  /**
   * Makes {@code ports} the whole truth, in one step; what was there before and is not in them goes
   * away.
   */
  void apply(List<ServicePort> ports) throws IOException, InterruptedException;

  /** Removes every trace. */
  void cleanUp() throws IOException, InterruptedException;
}
