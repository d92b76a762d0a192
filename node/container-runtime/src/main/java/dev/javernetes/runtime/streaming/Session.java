package dev.javernetes.runtime.streaming;

import java.util.List;

/** What a streaming URL stands for. */
public sealed interface Session {
  record Exec(
      String containerId,
      List<String> command,
      boolean tty,
      boolean stdin,
      boolean stdout,
      boolean stderr)
      implements Session {
    public Exec {
      command = List.copyOf(command);
    }
  }

  record Attach(String containerId, boolean tty, boolean stdin, boolean stdout, boolean stderr)
      implements Session {}

  /** {@code ports} as the request named them; with SPDY each stream names its own. */
  record Forward(String sandboxId, List<Integer> ports) implements Session {
    public Forward {
      ports = List.copyOf(ports);
    }
  }
}
