package dev.javernetes.client.https;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.javernetes.client.Timers;
import dev.javernetes.client.Transport.Parameter;
import dev.javernetes.client.Transport.Request;
import dev.javernetes.client.Transport.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class HttpsTransportTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final CountDownLatch goOn = new CountDownLatch(1);
  private HttpsServer server;
  private URI address;
  private byte[] certificate;
  private byte[] key;

  @BeforeAll
  void serve(@TempDir Path folder) throws Exception {
    Path store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "s",
                "-keyalg",
                "EC",
                "-dname",
                "CN=somebody",
                "-ext",
                "san=ip:127.0.0.1",
                "-ext",
                "bc=ca:true",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString())
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    certificate = pem("CERTIFICATE", keys.getCertificate("s").getEncoded());
    key = pem("PRIVATE KEY", keys.getKey("s", PASSWORD).getEncoded());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("s", keys.getCertificate("s"));
    KeyManagerFactory own = KeyManagerFactory.getInstance("SunX509");
    own.init(keys, PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("SunX509");
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters settings = tls.getDefaultSSLParameters();
            settings.setWantClientAuth(true);
            parameters.setSSLParameters(settings);
          }
        });
    server.createContext(
        "/who",
        exchange -> {
          String who;
          try {
            who = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName();
          } catch (IOException nobody) {
            who = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
          }
          byte[] body =
              (exchange.getRequestMethod()
                      + " "
                      + who
                      + " "
                      + exchange.getRequestURI().getQuery()
                      + " "
                      + new String(
                          exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext(
        "/watch",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("one\n".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          try {
            goOn.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
    address = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterAll
  void stop() {
    goOn.countDown();
    server.stop(0);
  }

  @Test
  void showsItsCertificate() throws IOException {
    try (HttpsTransport transport =
        transport(Connection.certificate(address, certificate, certificate, key))) {
      assertThat(who(transport)).isEqualTo("PATCH CN=somebody a=b&c {}");
    }
  }

  @Test
  void showsItsToken() throws IOException {
    try (HttpsTransport transport = transport(Connection.token(address, certificate, "secret"))) {
      assertThat(who(transport)).startsWith("PATCH Bearer secret");
    }
  }

  @Test
  void trustsNobodyElse() throws IOException {
    Connection stranger = Connection.publiclyTrusted(address, "t");
    try (HttpsTransport transport = transport(stranger)) {
      assertThatThrownBy(() -> transport.send(Request.get("/who"))).isInstanceOf(IOException.class);
    }
    Connection careless = Connection.unverified(address, "t");
    try (HttpsTransport transport = transport(careless)) {
      assertThat(who(transport)).startsWith("PATCH Bearer t");
    }
  }

  @Test
  void aWatchComesAsItIsWrittenAndCloseWakesItsReader() throws Exception {
    try (HttpsTransport transport = transport(Connection.token(address, certificate, "secret"))) {
      Response watch = transport.send(Request.get("/watch"));
      assertThat(watch.body().readNBytes(4)).asString().isEqualTo("one\n");
      CompletableFuture<String> reader = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              reader.complete("read " + watch.body().read());
            } catch (IOException closed) {
              reader.complete("closed");
            }
          });
      assertThat(reader.isDone()).isFalse();
      watch.close();
      assertThat(reader.get(10, TimeUnit.SECONDS)).isIn("closed", "read -1");
    }
  }

  private static String who(HttpsTransport transport) throws IOException {
    Request request =
        new Request(
            "PATCH",
            "/who",
            java.util.List.of(new Parameter("a", "b&c")),
            java.util.Map.of("Content-Type", "application/json"),
            "{}".getBytes(StandardCharsets.UTF_8));
    try (Response response = transport.send(request)) {
      assertThat(response.code()).isEqualTo(200);
      return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static HttpsTransport transport(Connection connection) throws IOException {
    return new HttpsTransport(connection, Timers.system());
  }

  private static byte[] pem(String type, byte[] der) {
    return ("-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(
                type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type))
        .getBytes(StandardCharsets.US_ASCII);
  }
}
