package dev.javernetes.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.cri.v1.AttachRequest;
import dev.javernetes.cri.v1.ExecRequest;
import dev.javernetes.cri.v1.PortForwardRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamingEndToEndTest {
  @TempDir static Path home;
  private static RuntimeFixture runtime;
  private static String pod;
  private static String container;

  @BeforeAll
  static void start() throws IOException {
    runtime = RuntimeFixture.open(home, 2);
    pod = runtime.runPod(runtime.pod("streams"));
    container =
        runtime.runContainer(
            pod,
            RuntimeFixture.container(
                "main", "sh", "-c", "while true; do echo pong | nc -l -p 7000; done"));
  }

  @AfterAll
  static void end() throws IOException {
    if (runtime != null) {
      runtime.close();
    }
  }

  private static String execUrl(boolean tty, boolean stdin, String... command) {
    return runtime
        .cri
        .runtime()
        .exec(
            ExecRequest.newBuilder()
                .setContainerId(container)
                .addAllCmd(Arrays.asList(command))
                .setTty(tty)
                .setStdin(stdin)
                .setStdout(true)
                .setStderr(!tty)
                .build())
        .getUrl();
  }

  @Test
  void execOverWebSocketEndsWithAStatus() throws Exception {
    var streams =
        WebSocketStreams.open(
            execUrl(false, true, "sh", "-c", "cat; echo bad >&2; exit 4"), "v5.channel.k8s.io");
    assertThat(streams.protocol()).isEqualTo("v5.channel.k8s.io");
    streams.send(0, "to stdin");
    streams.closeChannel(0);
    streams.awaitEnd();

    assertThat(streams.text(1)).isEqualTo("to stdin");
    assertThat(streams.text(2)).isEqualTo("bad\n");
    assertThat(streams.text(3)).contains("\"NonZeroExitCode\"").contains("\"message\":\"4\"");
  }

  @Test
  void execOfWhatIsNotThereFailsOverTheErrorChannel() throws Exception {
    var streams = WebSocketStreams.open(execUrl(false, false, "nosuch"), "v4.channel.k8s.io");
    streams.awaitEnd();
    assertThat(streams.text(3)).contains("\"Failure\"").contains("nosuch");
  }

  @Test
  void aTerminalIsResized() throws Exception {
    var streams = WebSocketStreams.open(execUrl(true, true, "sh"), "v5.channel.k8s.io");
    streams.send(4, "{\"Width\":123,\"Height\":45}\n");
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          streams.send(0, "stty size\n");
          return streams.text(1).contains("45 123");
        });
    streams.send(0, "exit 3\n");
    streams.awaitEnd();
    assertThat(streams.text(3)).contains("\"message\":\"3\"");
  }

  @Test
  void aClientThatGoesAwayTakesItsCommandAlong() throws Exception {
    var streams =
        WebSocketStreams.open(
            execUrl(false, false, "sh", "-c", "echo on; sleep 4321"), "v5.channel.k8s.io");
    streams.awaitText(1, "on");
    streams.drop();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> !runtime.output(container, "ps").contains("echo on"));
  }

  @Test
  void execOverSpdy() throws Exception {
    try (var spdy =
        new SpdyStreams(execUrl(false, true, "sh", "-c", "cat; exit 6"), "v4.channel.k8s.io")) {
      assertThat(spdy.answer())
          .contains("101")
          .containsIgnoringCase("X-Stream-Protocol-Version: v4.channel.k8s.io");
      int error = spdy.open(Map.of("streamtype", "error"));
      int stdin = spdy.open(Map.of("streamtype", "stdin"));
      int stdout = spdy.open(Map.of("streamtype", "stdout"));
      int stderr = spdy.open(Map.of("streamtype", "stderr"));
      spdy.send(stdin, "over spdy", true);

      assertThat(spdy.awaitEnd(error)).contains("\"message\":\"6\"");
      assertThat(spdy.awaitEnd(stdout)).isEqualTo("over spdy");
      assertThat(spdy.awaitEnd(stderr)).isEmpty();
    }
  }

  @Test
  void aMegabyteComesThroughWhole() throws Exception {
    var streams =
        WebSocketStreams.open(
            execUrl(false, false, "dd", "if=/dev/zero", "bs=65536", "count=64"),
            "v5.channel.k8s.io");
    streams.awaitEnd();
    assertThat(streams.text(1)).hasSize(64 * 65536);
  }

  @Test
  void portForwardOverSpdyTakesSeveralConnections() throws Exception {
    String url =
        runtime
            .cri
            .runtime()
            .portForward(PortForwardRequest.newBuilder().setPodSandboxId(pod).addPort(7000).build())
            .getUrl();
    try (var spdy = new SpdyStreams(url, "portforward.k8s.io")) {
      assertThat(spdy.answer()).contains("101");
      for (int i = 0; i < 2; i++) {
        int request = i;
        Awaitility.await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> {
              String id = Integer.toString(request * 1000 + (int) (System.nanoTime() % 1000));
              var headers = Map.of("port", "7000", "requestid", id);
              int error = spdy.open(with(headers, "streamtype", "error"));
              int data = spdy.open(with(headers, "streamtype", "data"));
              String text = spdy.awaitEnd(data);
              return text.equals("pong\n") && spdy.awaitEnd(error).isEmpty();
            });
      }
      int error = spdy.open(Map.of("port", "7999", "requestid", "x", "streamtype", "error"));
      spdy.open(Map.of("port", "7999", "requestid", "x", "streamtype", "data"));
      assertThat(spdy.awaitEnd(error)).contains("7999").containsIgnoringCase("refused");
    }
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    var all = new java.util.HashMap<>(headers);
    all.put(name, value);
    return all;
  }

  @Test
  void attachSeesOutputAndFeedsStdin() throws Exception {
    String id =
        runtime.runContainer(
            pod,
            RuntimeFixture.container("echo", "sh", "-c", "while read line; do echo got $line; done")
                .setStdin(true)
                .setStdinOnce(true));
    String url =
        runtime
            .cri
            .runtime()
            .attach(
                AttachRequest.newBuilder()
                    .setContainerId(id)
                    .setStdin(true)
                    .setStdout(true)
                    .setStderr(true)
                    .build())
            .getUrl();
    var streams = WebSocketStreams.open(url, "v5.channel.k8s.io");
    streams.send(0, "one\n");
    streams.awaitText(1, "got one");
    streams.closeChannel(0);
    streams.awaitEnd();
    assertThat(runtime.awaitExit(id).getExitCode()).isZero();
  }

  @Test
  void aTokenIsGoodOnce() throws Exception {
    String url = execUrl(false, false, "true");
    WebSocketStreams.open(url, "v5.channel.k8s.io").awaitEnd();
    HttpResponse<String> second =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).GET().build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(second.statusCode()).isEqualTo(400);
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> WebSocketStreams.open(url, "v5.channel.k8s.io"))
        .hasMessageContaining("WebSocket");
  }

  @Test
  void aTerminalHasItsSizeFromTheStart() {
    // the start waits a moment for the size, which on a busy machine may come later than that
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          var streams =
              WebSocketStreams.open(execUrl(true, false, "stty", "size"), "v5.channel.k8s.io");
          streams.send(4, "{\"Width\":101,\"Height\":33}\n");
          streams.awaitEnd();
          return streams.text(1).contains("33 101");
        });
  }
}
