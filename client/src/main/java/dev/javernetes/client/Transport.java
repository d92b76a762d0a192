package dev.javernetes.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries a request to an API server and brings back its answer: HTTPS across machines, a method
 * call in one process. Blocking, safe for use by many (virtual) threads at once.
 *
 * <p>A refusal is an answer: {@code send} returns a Response with its code and a Status as body and
 * throws only if there was no answer at all. A watch is a Response whose body streams one JSON
 * object per line until either side closes it; {@link Response#close} cancels it and makes a
 * blocked reader return.
 */
public interface Transport extends AutoCloseable {

  /**
   * Returns as soon as the answer's head is there; the body may still be under way.
   *
   * @throws IOException if the server cannot be reached or the connection broke before an answer
   */
  Response send(Request request) throws IOException;

  /** Gives connections back. Requests under way end with an IOException. */
  @Override
  void close();

  /**
   * What to send.
   *
   * @param path without query: {@code /api/v1/namespaces/default/pods}; each segment is percent
   *     encoded already
   * @param query names and values in order, not encoded; a name may stand several times
   * @param headers one value each; {@code Content-Type} if there is a body
   */
  record Request(
      String method,
      String path,
      List<Parameter> query,
      Map<String, String> headers,
      byte @Nullable [] body) {

    public Request {
      Objects.requireNonNull(method);
      if (!path.startsWith("/") || path.indexOf('?') >= 0) {
        throw new IllegalArgumentException("not an absolute path without query: " + path);
      }
      query = List.copyOf(query);
      headers = Map.copyOf(headers);
    }

    public static Request get(String path, Parameter... query) {
      return new Request("GET", path, List.of(query), Map.of("Accept", "application/json"), null);
    }
  }

  /** One {@code name=value} of a query. */
  record Parameter(String name, String value) {}

  /**
   * The answer. Header names are in lower case. Close it, also when the body was read to its end.
   */
  final class Response implements AutoCloseable {
    private final int code;
    private final Map<String, String> headers;
    private final InputStream body;
    private final Runnable onClose;

    public Response(int code, Map<String, String> headers, InputStream body, Runnable onClose) {
      this.code = code;
      this.headers = Map.copyOf(headers);
      this.body = body;
      this.onClose = onClose;
    }

    /** An answer that is there as a whole. */
    public static Response of(int code, Map<String, String> headers, byte[] body) {
      return new Response(code, headers, new ByteArrayInputStream(body), () -> {});
    }

    public int code() {
      return code;
    }

    public Map<String, String> headers() {
      return headers;
    }

    public InputStream body() {
      return body;
    }

    @Override
    public void close() {
      onClose.run();
    }
  }
}
