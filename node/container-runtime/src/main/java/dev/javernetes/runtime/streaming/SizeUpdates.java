package dev.javernetes.runtime.streaming;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.runtime.pod.IoStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * The resize stream: JSON objects one after another, {@code {"Width":80,"Height":24}}, as Go's
 * encoder writes them.
 */
final class SizeUpdates implements IoStreams.Resizes {
  private static final int MAX_OBJECT = 1024;

  private final InputStream stream;

  SizeUpdates(InputStream stream) {
    this.stream = stream;
  }

  @Override
  public void deliverTo(Consumer<IoStreams.Size> consumer) {
    Thread.startVirtualThread(() -> {
      var object = new ByteArrayOutputStream();
      try {
        for (int c = stream.read(); c >= 0; c = stream.read()) {
          object.write(c);
          if (c == '}') {
            consumer.accept(parse(object.toByteArray()));
            object.reset();
          } else if (object.size() > MAX_OBJECT) {
            return;
          }
        }
      } catch (IOException | JsonSyntaxException | RuntimeException e) {
        // a client that sends nonsense keeps the size it has
      }
    });
  }

  static IoStreams.Size parse(byte[] json) throws JsonSyntaxException {
    JsonObject size = Json.parseObject(json);
    int rows = (int) Math.clamp(size.integer("Height"), 1, 65535);
    int columns = (int) Math.clamp(size.integer("Width"), 1, 65535);
    return new IoStreams.Size(rows, columns);
  }
}
