package dev.javernetes.launch;

import dev.javernetes.apiserver.ApiServer;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.FrameSource;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.client.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The client's way to an API server in the same process: a method call as a certain user.
 * Authorization and admission see no difference to the same user's request over TLS.
 */
final class InProcessTransport implements Transport {
  private static final byte[] NO_BODY = {};

  private final ApiServer server;
  private final UserInfo user;

  InProcessTransport(ApiServer server, UserInfo user) {
    this.server = server;
    this.user = user;
  }

  @Override
  public Response send(Request request) throws IOException {
    Headers headers = new Headers();
    request.headers().forEach(headers::add);
    byte[] body = request.body();
    ApiResponse response =
        server.handle(
            ApiRequest.inProcess(
                request.method(),
                request.path(),
                rawQuery(request.query()),
                headers,
                body == null ? NO_BODY : body,
                user));
    Map<String, String> answered = new HashMap<>();
    response
        .headers()
        .forEach(
            (name, value) -> answered.putIfAbsent(name.toLowerCase(java.util.Locale.ROOT), value));
    ApiResponse.Body content = response.body();
    InputStream stream = stream(content);
    return new Response(response.status(), answered, stream, () -> close(stream, content));
  }

  private static void close(InputStream stream, ApiResponse.Body body) {
    try {
      stream.close();
    } catch (IOException alreadyBroken) {
      // closing the body below frees what is left
    }
    body.close();
  }

  private static InputStream stream(ApiResponse.Body body) throws IOException {
    return switch (body) {
      case ApiResponse.Parts parts -> stream(parts.parts());
      case ApiResponse.Frames frames -> new FrameStream(frames.source());
      case ApiResponse.Stream stream -> stream.input();
      case ApiResponse.Upgrade upgrade -> {
        upgrade.close();
        throw new IOException("a connection cannot be upgraded in process");
      }
    };
  }

  private static InputStream stream(List<byte[]> parts) {
    if (parts.size() == 1) {
      return new ByteArrayInputStream(parts.getFirst());
    }
    List<InputStream> streams = new ArrayList<>(parts.size());
    parts.forEach(part -> streams.add(new ByteArrayInputStream(part)));
    return new java.io.SequenceInputStream(Collections.enumeration(streams));
  }

  private static String rawQuery(List<Parameter> query) {
    if (query.isEmpty()) {
      return "";
    }
    StringBuilder raw = new StringBuilder();
    for (Parameter parameter : query) {
      raw.append(raw.isEmpty() ? "" : "&")
          .append(encode(parameter.name()))
          .append('=')
          .append(encode(parameter.value()));
    }
    return raw.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {} // the server is not ours to stop

  /** A watch's frames as a blocking stream; closing it wakes the reader. */
  private static final class FrameStream extends InputStream {
    private final FrameSource source;
    private final Semaphore ready = new Semaphore(0);
    private byte @Nullable [] part;
    private int position;
    private FrameSource.@Nullable Frame frame;
    private int nextPart;
    private volatile boolean closed;

    FrameStream(FrameSource source) {
      this.source = source;
      source.onReady(ready::release);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      byte[] current = current();
      if (current == null) {
        return -1;
      }
      int count = Math.min(length, current.length - position);
      System.arraycopy(current, position, buffer, offset, count);
      position += count;
      return count;
    }

    private byte @Nullable [] current() throws IOException {
      while (part == null || position == part.length) {
        if (frame != null && nextPart < frame.parts().length) {
          part = frame.parts()[nextPart++];
          position = 0;
        } else if (!nextFrame()) {
          return null;
        }
      }
      return part;
    }

    private boolean nextFrame() throws IOException {
      while (!closed) {
        frame = source.poll();
        nextPart = 0;
        if (frame != null) {
          return true;
        }
        if (source.ended()) {
          return false;
        }
        try {
          ready.acquire();
          ready.drainPermits();
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted while waiting for a watch event", stopped);
        }
      }
      throw new IOException("the watch is closed");
    }

    @Override
    public void close() {
      closed = true;
      source.close();
      ready.release();
    }
  }
}
