package dev.javernetes.runtime.image;

import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.failure.RuntimeFailure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One registry, spoken to as the OCI distribution specification says, for reading.
 *
 * <p>{@code GET /v2/library/busybox/manifests/latest} is tried bare; a 401 tells how to ask again
 * ({@link RegistryTokens}). A download that breaks goes on where it stopped, by a Range request,
 * and its digest is checked at the end. Redirects (blobs usually lie in some object store) are
 * followed here and not by the HTTP client, so that no credentials go to another host.
 */
final class RegistryClient {
  private static final int MAX_REDIRECTS = 8;
  private static final int MAX_TRIES = 4;
  private static final Duration HEADERS = Duration.ofSeconds(60);

  /** Without a byte for so long a download is broken off and resumed. */
  private static final Duration STALL = Duration.ofSeconds(60);

  private final HttpClient http;
  private final RegistryTokens tokens;
  private final String host;
  private URI base;

  /** {@code base} is scheme and authority: {@code https://registry-1.docker.io}. */
  RegistryClient(HttpClient http, URI base, boolean mayFallBackToHttp, Credentials credentials) {
    this.http = http;
    this.host = base.getAuthority();
    this.tokens = new RegistryTokens(http, credentials);
    this.base = base;
    if (mayFallBackToHttp && isLoopback(base.getHost())) {
      this.base = RegistryTls.isSpoken(base) ? base : URI.create("http://" + host);
    }
  }

  record Fetched(byte[] bytes, String mediaType) {}

  Fetched manifest(String repository, String selector) throws IOException {
    URI uri = base.resolve("/v2/" + repository + "/manifests/" + selector);
    return retried(() -> {
      HttpResponse<InputStream> response =
          send(uri, repository, Map.of("Accept", Manifests.ACCEPT));
      try (InputStream body = response.body()) {
        byte[] bytes = body.readNBytes(Manifests.MAX_DOCUMENT_BYTES + 1);
        if (bytes.length > Manifests.MAX_DOCUMENT_BYTES) {
          throw RuntimeFailure.invalid("manifest " + selector + " is larger than 8 MiB");
        }
        check(response, bytes, uri);
        return new Fetched(bytes, response.headers().firstValue("Content-Type").orElse(""));
      }
    });
  }

  /** Into {@code target}, of which a part may be there from before. */
  void blob(String repository, Manifests.Descriptor blob, Path target) throws IOException {
    URI uri = base.resolve("/v2/" + repository + "/blobs/" + blob.digest());
    retried(() -> {
      download(uri, repository, blob, target);
      return target;
    });
    try (InputStream file = Files.newInputStream(target);
        Digest.Hashing hashing = Digest.hashing(file, blob.digest().algorithm())) {
      Digest actual = hashing.digest();
      if (!actual.equals(blob.digest())) {
        Files.deleteIfExists(target);
        throw new RuntimeFailure(
            Reason.INVALID,
            "blob " + blob.digest() + " of " + repository + " arrived as " + actual);
      }
    }
  }

  private void download(URI uri, String repository, Manifests.Descriptor blob, Path target)
      throws IOException {
    long have = Files.exists(target) ? Files.size(target) : 0;
    if (have > blob.size()) {
      Files.delete(target);
      have = 0;
    }
    if (have == blob.size() && have > 0) {
      return;
    }
    Map<String, String> headers = have > 0 ? Map.of("Range", "bytes=" + have + "-") : Map.of();
    HttpResponse<InputStream> response = send(uri, repository, headers);
    try (InputStream body = response.body()) {
      boolean partial = response.statusCode() == 206;
      if (!partial) {
        check(response, response.statusCode() == 200 ? new byte[0] : body.readNBytes(4096), uri);
      }
      StandardOpenOption mode =
          partial ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
      try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE, mode)) {
        copy(body, out, blob.size() - (partial ? have : 0));
      }
    }
    if (Files.size(target) < blob.size()) {
      throw new IOException("the connection ended after " + Files.size(target) + " bytes");
    }
  }

  private static void copy(InputStream body, OutputStream out, long expected) throws IOException {
    var progress = new AtomicLong();
    Thread watchdog =
        Thread.startVirtualThread(() -> {
          long last = -1;
          while (progress.get() != last) {
            last = progress.get();
            try {
              Thread.sleep(STALL);
            } catch (InterruptedException e) {
              return;
            }
          }
          try {
            body.close();
          } catch (IOException e) {
            // the reader sees the broken stream
          }
        });
    try {
      byte[] buffer = new byte[1 << 16];
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        if (progress.addAndGet(n) > expected) {
          throw RuntimeFailure.invalid(
              "the registry sends more than the " + expected + " bytes announced");
        }
        out.write(buffer, 0, n);
      }
    } finally {
      watchdog.interrupt();
    }
  }

  private HttpResponse<InputStream> send(URI uri, String repository, Map<String, String> headers)
      throws IOException {
    URI target = uri;
    boolean asked = false;
    for (int i = 0; i < MAX_REDIRECTS; i++) {
      boolean home = host.equals(target.getAuthority());
      HttpRequest.Builder request = HttpRequest.newBuilder(target).timeout(HEADERS);
      headers.forEach(request::header);
      String authorization = home ? tokens.authorization(repository) : null;
      if (authorization != null) {
        request.header("Authorization", authorization);
      }
      HttpResponse<InputStream> response = exchange(http, request.build());
      int status = response.statusCode();
      if (status == 401 && home && !asked) {
        asked = true;
        response.body().close();
        List<String> challenges = response.headers().allValues("WWW-Authenticate");
        if (tokens.answer(challenges, repository)) {
          continue;
        }
        throw denied(uri, "it wants credentials and none were given");
      }
      if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) {
        response.body().close();
        String location = response.headers().firstValue("Location").orElse("");
        target = target.resolve(location);
        continue;
      }
      return response;
    }
    throw new RuntimeFailure(Reason.UNAVAILABLE, uri + " redirects without end");
  }

  static HttpResponse<InputStream> exchange(HttpClient http, HttpRequest request)
      throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("asking " + request.uri() + " was interrupted");
    }
  }

  private static void check(HttpResponse<?> response, byte[] body, URI uri) throws IOException {
    int status = response.statusCode();
    if (status == 200) {
      return;
    }
    String text = new String(body, 0, Math.min(body.length, 500), StandardCharsets.UTF_8).strip();
    String message = uri + " answered " + status + (text.isEmpty() ? "" : ": " + text);
    switch (status) {
      case 401, 403 ->
          throw denied(uri, "answered " + status + (text.isEmpty() ? "" : ": " + text));
      case 404 -> throw RuntimeFailure.notFound(message);
      default -> {
        if (status == 429 || status >= 500) {
          throw new IOException(message);
        }
        throw new RuntimeFailure(Reason.UNAVAILABLE, message);
      }
    }
  }

  /** Upstream's kubelet and people look for these words. */
  private static RuntimeFailure denied(URI uri, String why) {
    return new RuntimeFailure(
        Reason.DENIED, "pull access denied, authorization failed for " + uri + ": " + why);
  }

  private interface Attempt<T> {
    T run() throws IOException;
  }

  private <T> T retried(Attempt<T> attempt) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return attempt.run();
      } catch (SSLException | UnknownHostException | InterruptedIOException e) {
        throw new RuntimeFailure(
            Reason.UNAVAILABLE, "registry " + host + " cannot be reached: " + reason(e), e);
      } catch (IOException e) {
        if (i == MAX_TRIES) {
          throw new RuntimeFailure(
              Reason.UNAVAILABLE, "registry " + host + " cannot be reached: " + reason(e), e);
        }
        pause(Duration.ofMillis(200L << i));
      }
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static void pause(Duration time) throws IOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("pull was interrupted");
    }
  }

  private static boolean isLoopback(@Nullable String name) {
    if (name == null) {
      return false;
    }
    try {
      return InetAddress.getByName(name).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
