package dev.javernetes.runtime.streaming;

import dev.javernetes.runtime.pod.IoStreams;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;

/** What streams lead to: containers in production, echoes in tests. */
public interface Targets {
  /** The command's exit code. */
  int exec(String containerId, List<String> command, boolean tty, IoStreams io) throws IOException;

  void attach(String containerId, IoStreams io) throws IOException;

  SocketChannel dial(String sandboxId, int port) throws IOException;
}
