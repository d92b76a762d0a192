package dev.javernetes.runtime.streaming;

import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.pod.IoStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Runs a session once its streams are there, whichever protocol brought them. */
final class Runs {
  private final Targets targets;

  Runs(Targets targets) {
    this.targets = targets;
  }

  Outcome command(Session session, IoStreams io) {
    try {
      return switch (session) {
        case Session.Exec exec ->
            new Outcome.Exited(targets.exec(exec.containerId(), exec.command(), exec.tty(), io));
        case Session.Attach attach -> {
          targets.attach(attach.containerId(), io);
          yield new Outcome.Exited(0);
        }
        case Session.Forward forward -> new Outcome.Failed("not a command");
      };
    } catch (IOException | RuntimeFailure e) {
      return new Outcome.Failed("Internal error occurred: " + e.getMessage());
    }
  }

  /** One connection through to a port; the message of what went wrong, or nothing. */
  String forward(String sandboxId, int port, InputStream in, OutputStream out) {
    try (SocketChannel channel = targets.dial(sandboxId, port)) {
      Thread sender = Thread.startVirtualThread(() -> send(in, channel));
      ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
      while (channel.read(buffer) >= 0) {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      sender.interrupt();
      return "";
    } catch (IOException | RuntimeFailure e) {
      return "error forwarding port %d to pod %s: %s".formatted(port, sandboxId, e.getMessage());
    }
  }

  private static void send(InputStream in, SocketChannel channel) {
    byte[] buffer = new byte[64 << 10];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      channel.shutdownOutput();
    } catch (IOException e) {
      // either end is gone
    }
  }
}
