package dev.javernetes.apiserver.request;

import java.io.InputStream;
import java.util.List;

/**
 * The answer to one request. The carrier adds framing headers (Content-Length, Transfer-Encoding)
 * and compression; everything else stands in {@code headers}.
 */
public record ApiResponse(int status, Headers headers, Body body) {

  /** What follows the headers. Whoever carries the response closes the body, always. */
  public sealed interface Body {
    /** Frees what stands behind the body; idempotent. */
    default void close() {}
  }

  /** A body of known length, in parts that are shared and must not be changed. */
  public record Parts(List<byte[]> parts) implements Body {
    public long length() {
      long length = 0;
      for (byte[] part : parts) {
        length += part.length;
      }
      return length;
    }

    public byte[] join() {
      if (parts.size() == 1) {
        return parts.getFirst();
      }
      byte[] joined = new byte[Math.toIntExact(length())];
      int at = 0;
      for (byte[] part : parts) {
        System.arraycopy(part, 0, joined, at, part.length);
        at += part.length;
      }
      return joined;
    }
  }

  /** A watch: frames as they come, pulled without blocking. */
  public record Frames(FrameSource source) implements Body {
    @Override
    public void close() {
      source.close();
    }
  }

  /** A stream that is read with blocking calls until its end: a container's log, a proxied body. */
  public record Stream(InputStream input) implements Body {
    @Override
    public void close() {
      try {
        input.close();
      } catch (java.io.IOException alreadyBroken) {
        // nothing is left to free
      }
    }
  }

  /**
   * The connection itself is handed over (status 101): bytes flow both ways until either side
   * closes.
   */
  public record Upgrade(RawConnection connection) implements Body {
    @Override
    public void close() {
      connection.close();
    }
  }

  public static ApiResponse of(int status, String contentType, byte[] body) {
    return new ApiResponse(
        status, Headers.of("Content-Type", contentType), new Parts(List.of(body)));
  }

  public ApiResponse withHeader(String name, String value) {
    headers.add(name, value);
    return this;
  }
}
