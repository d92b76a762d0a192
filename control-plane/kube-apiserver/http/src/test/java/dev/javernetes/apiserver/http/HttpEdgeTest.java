package dev.javernetes.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.apiserver.ApiServer;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.FrameSource;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.RawConnection;
import dev.javernetes.pki.ClusterPki;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The edge with real sockets and TLS, in front of a server that answers by path. */
class HttpEdgeTest {
  @TempDir private Path folder = Path.of("");
  private final WatchByHand watch = new WatchByHand();
  private @Nullable HttpEdge edge;
  private @Nullable SSLContext trusting;

  @BeforeEach
  void start() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    ClusterPki pki =
        ClusterPki.open(
            folder,
            new ClusterPki.ServingNames(
                "cluster.local", InetAddress.getByName("10.96.0.1"), List.of(loopback), List.of()),
            Instant.now(),
            new SecureRandom());
    edge =
        HttpEdge.start(
            EdgeSettings.of(loopback, 0, pki.apiServer().keyManager()), new AnswersByPath(watch));
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("ca", pki.authority().certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, trust.getTrustManagers(), null);
  }

  @AfterEach
  void stop() {
    if (edge != null) {
      edge.close();
    }
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("https://127.0.0.1:" + java.util.Objects.requireNonNull(edge).port() + path));
  }

  private HttpClient client(HttpClient.Version version) {
    return HttpClient.newBuilder()
        .sslContext(java.util.Objects.requireNonNull(trusting))
        .version(version)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void carriesBodiesBothWays(HttpClient.Version version) throws Exception {
    try (HttpClient client = client(version)) {
      String large = "x".repeat(1 << 20);
      HttpResponse<String> answer =
          client.send(
              to("/echo").POST(HttpRequest.BodyPublishers.ofString(large)).build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(answer.version()).isEqualTo(version);
      assertThat(answer.body()).isEqualTo(large);
      assertThat(
              client
                  .send(to("/path/a%2Fb%20c?q=1").build(), HttpResponse.BodyHandlers.ofString())
                  .body())
          .isEqualTo("/path/a/b c q=1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesABodyPastTheLimitAndStaysUsable(HttpClient.Version version) throws Exception {
    try (HttpClient client = client(version)) {
      HttpResponse<String> refused =
          client.send(
              to("/echo")
                  .POST(
                      HttpRequest.BodyPublishers.ofByteArray(
                          new byte[EdgeSettings.MAX_BODY_BYTES + 1]))
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(refused.statusCode()).isEqualTo(413);
      assertThat(refused.body())
          .contains("\"reason\":\"RequestEntityTooLarge\"", "limit is 3145728");
      assertThat(
              client.send(to("/path/x").build(), HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendsWatchFramesAsTheyCome(HttpClient.Version version) throws Exception {
    try (HttpClient client = client(version)) {
      HttpResponse<InputStream> answer =
          client.send(to("/watch").build(), HttpResponse.BodyHandlers.ofInputStream());
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
      watch.send("one\n");
      assertThat(lines.readLine()).isEqualTo("one");
      watch.send("two\n");
      assertThat(lines.readLine()).isEqualTo("two");
      watch.end();
      assertThat(lines.readLine()).isNull();
      assertThat(watch.closed).isTrue();
    }
  }

  /** The fabric8 client watches so; it hangs if it is given a plain answer that does not end. */
  @Test
  void sendsWatchEventsAsMessagesOfAWebSocket() throws Exception {
    try (HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .header("Origin", "https://127.0.0.1")
              .buildAsync(webSocket("/watch"), new Listener(heard))
              .get(20, TimeUnit.SECONDS);
      watch.send("one\n");
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("one\n");
      socket.sendPing(ByteBuffer.allocate(0)).get(20, TimeUnit.SECONDS);
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("pong");
      watch.send("two\n");
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("two\n");
      watch.end();
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("closed 1000");
      assertThat(watch.closed).isTrue();
    }
  }

  @Test
  void refusesAWebSocketOfNoOrigin() throws Exception {
    try (HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
      assertThat(
              client
                  .newWebSocketBuilder()
                  .buildAsync(webSocket("/watch"), new Listener(new LinkedBlockingQueue<>())))
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableOfType(ExecutionException.class)
          .havingCause()
          .isInstanceOfSatisfying(
              WebSocketHandshakeException.class,
              refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(403));
      assertThat(watch.closed).isTrue();
    }
  }

  private URI webSocket(String path) {
    return URI.create("wss://127.0.0.1:" + java.util.Objects.requireNonNull(edge).port() + path);
  }

  private record Listener(BlockingQueue<String> heard) implements WebSocket.Listener {
    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      heard.add(text.toString());
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      heard.add("pong");
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      heard.add("closed " + status);
      return null;
    }
  }

  @Test
  void compressesLargeAnswersForThoseWhoAsk() throws Exception {
    try (HttpClient client = client(HttpClient.Version.HTTP_2)) {
      HttpResponse<InputStream> answer =
          client.send(
              to("/large").header("Accept-Encoding", "gzip").build(),
              HttpResponse.BodyHandlers.ofInputStream());

      assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
      assertThat(new GZIPInputStream(answer.body()).readAllBytes()).hasSize(AnswersByPath.LARGE);
    }
  }

  @Test
  void handsOverAnUpgradedConnection() throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            java.util.Objects.requireNonNull(trusting)
                .getSocketFactory()
                .createSocket("127.0.0.1", java.util.Objects.requireNonNull(edge).port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "POST /upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 0\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(10_000);
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      assertThat(head.toString()).startsWith("HTTP/1.1 101");
      out.write("later".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(in.readNBytes(5), StandardCharsets.US_ASCII)).isEqualTo("later");
    }
  }

  private record AnswersByPath(WatchByHand watch) implements ApiServer {
    static final int LARGE = 1 << 20;

    @Override
    public ApiResponse handle(ApiRequest request) {
      return switch (request.path()) {
        case "/echo" -> ApiResponse.of(200, "text/plain", request.body());
        case "/watch" ->
            new ApiResponse(
                200, Headers.of("Content-Type", "application/json"), new ApiResponse.Frames(watch));
        case "/large" -> ApiResponse.of(200, "text/plain", new byte[LARGE]);
        case "/upgrade" ->
            new ApiResponse(
                101,
                Headers.of("Connection", "Upgrade", "Upgrade", "SPDY/3.1"),
                new ApiResponse.Upgrade(new Echo()));
        default ->
            ApiResponse.of(
                200,
                "text/plain",
                (request.path() + " " + request.rawQuery()).getBytes(StandardCharsets.UTF_8));
      };
    }

    @Override
    public void close() {}
  }

  private static final class WatchByHand implements FrameSource {
    private final ConcurrentLinkedQueue<Frame> frames = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;
    private volatile boolean closed;
    private volatile Runnable ready = () -> {};

    void send(String text) {
      frames.add(new Frame(new byte[][] {text.getBytes(StandardCharsets.UTF_8)}));
      ready.run();
    }

    void end() {
      ended = true;
      ready.run();
    }

    @Override
    public @Nullable Frame poll() {
      return frames.poll();
    }

    @Override
    public boolean ended() {
      return ended && frames.isEmpty();
    }

    @Override
    public void onReady(Runnable action) {
      ready = action;
      action.run();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Says back what it hears. */
  private static final class Echo implements RawConnection {
    private final PipedInputStream heard = new PipedInputStream();
    private final PipedOutputStream said;

    Echo() {
      try {
        said = new PipedOutputStream(heard);
      } catch (IOException impossible) { // neither is connected yet
        throw new IllegalStateException(impossible);
      }
    }

    @Override
    public InputStream input() {
      return heard;
    }

    @Override
    public OutputStream output() {
      return said;
    }

    @Override
    public void close() {
      try {
        said.close();
      } catch (IOException closedAlready) {
        // nothing is left to free
      }
    }
  }
}
