package dev.javernetes.runtime;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The client's side of a channelled WebSocket, by the JDK's client. */
final class WebSocketStreams implements WebSocket.Listener {
  private final Map<Integer, ByteArrayOutputStream> channels = new ConcurrentHashMap<>();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private @Nullable WebSocket socket;

  static WebSocketStreams open(String url, String protocol) throws Exception {
    WebSocketStreams streams = new WebSocketStreams();
    streams.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .subprotocols(protocol)
            .buildAsync(URI.create(url.replace("http://", "ws://")), streams)
            .get(10, TimeUnit.SECONDS);
    return streams;
  }

  private WebSocket socket() {
    return java.util.Objects.requireNonNull(socket);
  }

  String protocol() {
    return socket().getSubprotocol();
  }

  void send(int channel, String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(bytes.length + 1).put((byte) channel).put(bytes).flip();
    socket().sendBinary(frame, true).get(10, TimeUnit.SECONDS);
  }

  void closeChannel(int channel) throws Exception {
    socket()
        .sendBinary(ByteBuffer.wrap(new byte[] {(byte) 255, (byte) channel}), true)
        .get(10, TimeUnit.SECONDS);
  }

  String text(int channel) {
    ByteArrayOutputStream bytes = channels.get(channel);
    return bytes == null ? "" : bytes.toString(StandardCharsets.UTF_8);
  }

  void awaitText(int channel, String part) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> text(channel).contains(part));
  }

  void awaitEnd() throws Exception {
    closed.get(20, TimeUnit.SECONDS);
  }

  void drop() {
    socket().abort();
  }

  @Override
  public synchronized @Nullable CompletionStage<?> onBinary(
      WebSocket webSocket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    message.writeBytes(bytes);
    if (last) {
      byte[] whole = message.toByteArray();
      message.reset();
      channels
          .computeIfAbsent(whole[0] & 0xff, channel -> new ByteArrayOutputStream())
          .write(whole, 1, whole.length - 1);
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
    closed.complete(null);
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed.completeExceptionally(error);
  }
}
