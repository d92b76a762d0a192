package dev.javernetes.client.fake;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.client.Transport.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The server's end of one watch: lines go in, the client reads them as a body. Unbounded. */
final class FakeWatch {
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> lines = new LinkedBlockingQueue<>();
  private final Runnable onClose;

  FakeWatch(Runnable onClose) {
    this.onClose = onClose;
  }

  void send(String type, JsonObject object) {
    byte[] json = Json.bytes(JsonObject.of("type", type, "object", object));
    byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    lines.add(line);
  }

  void end() {
    lines.add(END);
  }

  Response response() {
    return new Response(
        200,
        Map.of("content-type", "application/json"),
        new Body(),
        () -> {
          onClose.run();
          end();
        });
  }

  private final class Body extends InputStream {
    private byte[] line = END;
    private int position;
    private boolean ended;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (position == line.length) {
        if (ended) {
          return -1;
        }
        try {
          line = lines.take();
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
          throw new java.io.InterruptedIOException();
        }
        position = 0;
        if (line.length == 0) {
          ended = true;
          return -1;
        }
      }
      int count = Math.min(length, line.length - position);
      System.arraycopy(line, position, into, offset, count);
      position += count;
      return count;
    }
  }
}
