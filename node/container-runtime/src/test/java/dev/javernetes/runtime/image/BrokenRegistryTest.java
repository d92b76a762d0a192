package dev.javernetes.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.javernetes.api.machinery.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that breaks connections and lies. */
class BrokenRegistryTest {
  @TempDir Path root;
  private HttpServer server;
  private final Map<String, byte[]> content = new HashMap<>();
  private final List<String> ranges = new ArrayList<>();
  private boolean breakOnce;
  private OciLayoutWriter.Built image;
  private ImageStore store;

  @BeforeEach
  void start() throws IOException {
    byte[] large = new byte[300_000];
    new Random(7).nextBytes(large);
    image =
        new OciLayoutWriter(Manifests.Platform.current())
            .layer(OciLayoutWriter.Layer.of().file("large", 0644, large))
            .config(JsonObject.of())
            .build();
    image.blobs().forEach((digest, bytes) -> content.put("/v2/app/blobs/" + digest, bytes));
    content.put("/v2/app/manifests/latest", image.manifestBytes());
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", this::serve);
    server.start();
    store = ImageStore.open(root, false);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    byte[] bytes = content.get(exchange.getRequestURI().getPath());
    if (bytes == null) {
      exchange.sendResponseHeaders(404, -1);
      exchange.close();
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    if (range != null) {
      ranges.add(range);
      from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, bytes.length - from);
    if (breakOnce && bytes.length > 200_000) {
      breakOnce = false;
      exchange.getResponseBody().write(bytes, 0, 100_000);
      exchange.getResponseBody().flush();
      throw new IOException("the connection breaks");
    }
    exchange.getResponseBody().write(bytes, from, bytes.length - from);
    exchange.close();
  }

  private ImageRecord pull() throws IOException {
    String host = "127.0.0.1:" + server.getAddress().getPort();
    var plain = new RegistryConfig.Host(true, false, "", List.of(), Credentials.NONE);
    return new ImagePuller(store, new RegistryConfig(Map.of(host, plain)))
        .pull(host + "/app", Credentials.NONE);
  }

  @Test
  void aBrokenDownloadGoesOnWhereItStopped() throws IOException {
    breakOnce = true;
    assertThat(pull().id()).isEqualTo(image.config());
    assertThat(ranges).hasSize(1);
    assertThat(ranges.getFirst()).isNotEqualTo("bytes=0-");
  }

  @Test
  void aLayerOfOtherBytesIsRefusedAndLeavesNothing() {
    for (var entry : content.entrySet()) {
      if (entry.getValue().length > 200_000) {
        byte[] changed = entry.getValue().clone();
        changed[5000] ^= 1;
        entry.setValue(changed);
      }
    }
    assertThatThrownBy(this::pull).hasMessageContaining("arrived as sha256:");
    assertThat(store.list()).isEmpty();
    assertThat(root.resolve("layers")).isEmptyDirectory();
    assertThat(root.resolve("downloads")).isEmptyDirectory();
  }

  @Test
  void aConfigOfOtherBytesIsRefused() {
    content.put(
        "/v2/app/blobs/" + image.config(),
        Arrays.copyOf("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8), 2));
    assertThatThrownBy(this::pull).isInstanceOf(Exception.class);
    assertThat(store.list()).isEmpty();
  }
}
