package dev.javernetes.controllermanager;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.javernetes.client.https.Pem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code /healthz}, {@code /livez} and {@code /readyz} on {@code --secure-port}, to whoever asks,
 * as upstream lets them. Only with {@code --tls-cert-file}: there is no certificate of our own
 * making.
 */
final class HealthEndpoint implements AutoCloseable {
  private final HttpsServer server;
  private final ExecutorService executor;

  private HealthEndpoint(HttpsServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * Null if the settings ask for none.
   *
   * @throws IllegalArgumentException if the certificate or the port cannot be used
   */
  static @Nullable HealthEndpoint start(ControllerManagerOptions options) {
    if (options.text("tls-cert-file").isEmpty() || options.number("secure-port") == 0) {
      return null;
    }
    try {
      HttpsServer server =
          HttpsServer.create(
              new InetSocketAddress(options.text("bind-address"), options.number("secure-port")),
              0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(
              tls(options.file("tls-cert-file"), options.file("tls-private-key-file"))));
      ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
      server.setExecutor(executor);
      for (String path : new String[] {"/healthz", "/livez", "/readyz"}) {
        server.createContext(
            path,
            exchange -> {
              try (exchange) {
                byte[] ok = "ok".getBytes(StandardCharsets.US_ASCII);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
                exchange.sendResponseHeaders(200, ok.length);
                exchange.getResponseBody().write(ok);
              }
            });
      }
      server.start();
      return new HealthEndpoint(server, executor);
    } catch (IOException | GeneralSecurityException problem) {
      throw new IllegalArgumentException(
          "--secure-port=" + options.text("secure-port") + ": " + problem.getMessage(), problem);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdown();
  }

  private static SSLContext tls(byte[] certificate, byte[] key)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry(
        "server",
        Pem.privateKey(key),
        new char[0],
        Pem.certificates(certificate).toArray(new X509Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
