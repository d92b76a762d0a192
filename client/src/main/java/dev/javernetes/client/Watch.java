package dev.javernetes.client;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.machinery.status.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream of changes, read by one thread:
 *
 * <pre>{@code
 * try (Watch<Pod> watch = client.watch(Pod.TYPE, "default", WatchOptions.from(version))) {
 *   for (WatchEvent<Pod> event = watch.next(); event != null; event = watch.next()) { … }
 * }
 * }</pre>
 */
public final class Watch<T> implements AutoCloseable {
  /** A line longer than this is refused; upstream's objects are at most 3 MB. */
  private static final int MAX_LINE_BYTES = 64 << 20;

  private final Transport.Response response;
  private final Function<JsonObject, T> fromJson;
  private final byte[] chunk = new byte[8192];
  private int position;
  private int filled;

  Watch(Transport.Response response, Function<JsonObject, T> fromJson) {
    this.response = response;
    this.fromJson = fromJson;
  }

  /**
   * Waits for the next event; {@code null} when the server ended the watch in order.
   *
   * @throws ApiException for an ERROR event, such as 410 Expired: list again
   * @throws IOException if the connection broke, or another thread closed this watch
   */
  public @Nullable WatchEvent<T> next() throws IOException {
    byte[] line = line();
    if (line == null) {
      return null;
    }
    try {
      return event(Json.parseObject(line));
    } catch (JsonSyntaxException problem) {
      throw new IOException("a watch line that is not JSON: " + problem.getMessage(), problem);
    }
  }

  @Override
  public void close() {
    response.close();
  }

  private WatchEvent<T> event(JsonObject line) throws IOException {
    JsonObject object = line.objectOrEmpty("object");
    JsonObject metadata = object.objectOrEmpty("metadata");
    String version = metadata.string("resourceVersion");
    return switch (line.string("type")) {
      case "ADDED" -> new WatchEvent.Added<>(fromJson.apply(object), version);
      case "MODIFIED" -> new WatchEvent.Modified<>(fromJson.apply(object), version);
      case "DELETED" -> new WatchEvent.Deleted<>(fromJson.apply(object), version);
      case "BOOKMARK" ->
          new WatchEvent.Bookmark<>(
              version,
              "true"
                  .equals(
                      metadata.objectOrEmpty("annotations").string("k8s.io/initial-events-end")),
              object);
      case "ERROR" -> throw new ApiException(object);
      default -> throw new IOException("a watch event of unknown type: " + line.string("type"));
    };
  }

  private byte @Nullable [] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(2048);
    InputStream body = response.body();
    while (true) {
      for (int i = position; i < filled; i++) {
        if (chunk[i] == '\n') {
          line.write(chunk, position, i - position);
          position = i + 1;
          if (line.size() > 0) {
            return line.toByteArray();
          }
        }
      }
      line.write(chunk, position, filled - position);
      position = 0;
      filled = body.read(chunk);
      if (filled < 0) {
        filled = 0;
        return line.size() == 0 ? null : line.toByteArray();
      }
      if (line.size() > MAX_LINE_BYTES) {
        throw new IOException("a watch line of more than " + MAX_LINE_BYTES + " bytes");
      }
    }
  }
}
