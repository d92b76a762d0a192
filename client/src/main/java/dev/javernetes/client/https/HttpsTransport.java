package dev.javernetes.client.https;

import dev.javernetes.client.Timers;
import dev.javernetes.client.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 over TLS (HTTP/1.1 where the server has no better), every request and watch a stream of
 * one connection.
 *
 * <p>The JDK's client: no dependency, blocking calls that park a virtual thread, client
 * certificates, and a watch's body as a stream that {@code close} cancels.
 */
public final class HttpsTransport implements Transport {
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);

  /**
   * A service account's token lives an hour and is replaced in good time; upstream does the same.
   */
  private static final long TOKEN_FILE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final HttpClient http;
  private final Connection connection;
  private final String base;
  private final Timers timers;
  private volatile @Nullable FileToken fileToken;

  private record FileToken(String token, long readNanos) {}

  public HttpsTransport(Connection connection, Timers timers) throws IOException {
    this.connection = connection;
    this.timers = timers;
    String address = connection.server().toString();
    this.base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_PATIENCE)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .followRedirects(HttpClient.Redirect.NEVER);
    if ("https".equals(connection.server().getScheme())) {
      builder.sslContext(TlsContexts.of(connection)).version(HttpClient.Version.HTTP_2);
    } else {
      builder.version(HttpClient.Version.HTTP_1_1);
    }
    this.http = builder.build();
  }

  @Override
  public Response send(Request request) throws IOException {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(base + target(request)));
    request.headers().forEach(builder::header);
    authorization(builder);
    byte[] body = request.body();
    builder.method(
        request.method(),
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    try {
      HttpResponse<InputStream> response = http.send(builder.build(), BodyHandlers.ofInputStream());
      Map<String, String> headers = new HashMap<>();
      response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
      InputStream raw = response.body();
      InputStream decoded =
          "gzip".equals(headers.get("content-encoding")) ? new GZIPInputStream(raw) : raw;
      return new Response(response.statusCode(), headers, decoded, () -> closeQuietly(raw));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted: " + request.method() + " " + request.path());
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private void authorization(HttpRequest.Builder builder) throws IOException {
    String token = token();
    if (!token.isEmpty()) {
      builder.header("Authorization", "Bearer " + token);
    } else if (!connection.basicCredentials().isEmpty()) {
      byte[] credentials = connection.basicCredentials().getBytes(StandardCharsets.UTF_8);
      builder.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
    }
  }

  private String token() throws IOException {
    Path file = connection.tokenFile();
    if (file == null) {
      return connection.token();
    }
    FileToken known = fileToken;
    if (known == null || timers.nanoTime() - known.readNanos > TOKEN_FILE_NANOS) {
      known = new FileToken(Files.readString(file).strip(), timers.nanoTime());
      fileToken = known;
    }
    return known.token;
  }

  private static String target(Request request) {
    StringBuilder target = new StringBuilder(request.path());
    char separator = '?';
    for (Parameter parameter : request.query()) {
      target
          .append(separator)
          .append(URLEncoder.encode(parameter.name(), StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(parameter.value(), StandardCharsets.UTF_8));
      separator = '&';
    }
    return target.toString();
  }

  private static void closeQuietly(InputStream stream) {
    try {
      stream.close();
    } catch (IOException alreadyBroken) {
      // closing is what was wanted
    }
  }
}
