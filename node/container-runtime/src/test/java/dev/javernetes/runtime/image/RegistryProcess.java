package dev.javernetes.runtime.image;

import com.sun.net.httpserver.HttpServer;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** Debian's docker-registry on a loopback port, in one of the ways people run one. */
final class RegistryProcess implements AutoCloseable {
  static final String USER = "ci";
  static final String PASSWORD = "s3cret";

  /** {@code htpasswd -Bbn ci s3cret} */
  private static final String HTPASSWD =
      "ci:$2y$05$VP/rz3CXn2V1UbzFXeHZrewDxfY3oRVQynd6Gfxye8p9Kv4vBsF7q\n";

  private final Path home;
  private final Process process;
  final int port;

  private RegistryProcess(Path home, Process process, int port) {
    this.home = home;
    this.process = process;
    this.port = port;
  }

  static void assumeInstalled() {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/docker-registry")),
        "docker-registry is not installed");
  }

  static RegistryProcess open(Path home) throws IOException {
    return start(home, "plain", "", "");
  }

  static RegistryProcess withTls(Path home, Identity identity) throws IOException {
    return start(home, "tls", tls(identity), "");
  }

  static RegistryProcess withTlsAndPassword(Path home, Identity identity) throws IOException {
    Path file = home.resolve("htpasswd");
    Files.writeString(file, HTPASSWD);
    return start(
        home,
        "basic",
        tls(identity),
        "auth:\n  htpasswd:\n    realm: test\n    path: " + file + "\n");
  }

  static RegistryProcess withTokens(Path home, Identity identity, TokenServer tokens)
      throws IOException {
    return start(
        home,
        "token",
        "",
        "auth:\n  token:\n    realm: %s\n    service: test-registry\n    issuer: test-issuer\n    rootcertbundle: %s\n"
            .formatted(tokens.realm(), identity.certificate));
  }

  private static String tls(Identity identity) {
    return "  tls:\n    certificate: " + identity.certificate + "\n    key: " + identity.key + "\n";
  }

  private static RegistryProcess start(Path home, String name, String http, String auth)
      throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path config = home.resolve(name + ".yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log:
          level: error
        storage:
          filesystem:
            rootdirectory: %s
        http:
          addr: 127.0.0.1:%d
        %s%s\
        """
            .formatted(home.resolve("storage"), port, http, auth));
    Process process =
        new ProcessBuilder("/usr/bin/docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve(name + ".log").toFile())
            .start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> {
          try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
          }
        });
    return new RegistryProcess(home, process, port);
  }

  String host() {
    return "localhost:" + port;
  }

  /** Of a registry without authentication; others share its storage. */
  void push(String repository, String tag, OciLayoutWriter.Built image) throws Exception {
    for (var blob : image.blobs().entrySet()) {
      if (!blob.getKey().equals(image.manifest())) {
        pushBlob(repository, blob.getKey(), blob.getValue());
      }
    }
    pushManifest(repository, tag, Manifests.OCI_MANIFEST, image.manifestBytes());
  }

  void pushBlob(String repository, Digest digest, byte[] content) throws Exception {
    HttpResponse<String> begun =
        send(
            HttpRequest.newBuilder(uri("/v2/" + repository + "/blobs/uploads/"))
                .POST(HttpRequest.BodyPublishers.noBody()));
    String location = begun.headers().firstValue("Location").orElseThrow();
    URI target =
        uri("").resolve(location + (location.contains("?") ? "&" : "?") + "digest=" + digest);
    send(HttpRequest.newBuilder(target).PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
  }

  void pushManifest(String repository, String tag, String type, byte[] content) throws Exception {
    send(
        HttpRequest.newBuilder(uri("/v2/" + repository + "/manifests/" + tag))
            .header("Content-Type", type)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(response.statusCode() + " " + response.body());
    }
    return response;
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    process.waitFor();
    Files.list(home).close();
  }

  /** A self-signed certificate for localhost, made by the JDK's keytool. */
  static final class Identity {
    final Path certificate;
    final Path key;
    final PrivateKey privateKey;
    final Certificate x509;

    Identity(Path home) throws Exception {
      Path store = home.resolve("identity.p12");
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  "me",
                  "-keyalg",
                  "RSA",
                  "-keysize",
                  "2048",
                  "-validity",
                  "2",
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "SAN=dns:localhost,ip:127.0.0.1",
                  "-ext",
                  "BC=ca:true",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  store.toString(),
                  "-storepass",
                  "changeit")
              .redirectErrorStream(true)
              .start();
      keytool.getInputStream().readAllBytes();
      if (keytool.waitFor() != 0) {
        throw new IOException("keytool failed");
      }
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = new FileInputStream(store.toFile())) {
        keys.load(in, "changeit".toCharArray());
      }
      privateKey = (PrivateKey) keys.getKey("me", "changeit".toCharArray());
      x509 = keys.getCertificate("me");
      certificate = pem(home.resolve("cert.pem"), "CERTIFICATE", x509.getEncoded());
      key = pem(home.resolve("key.pem"), "PRIVATE KEY", privateKey.getEncoded());
    }

    private static Path pem(Path file, String what, byte[] bytes) throws IOException {
      String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
      return Files.writeString(
          file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }
  }

  /** Hands out tokens as Docker's token specification says: to the right user, for pulling. */
  static final class TokenServer implements AutoCloseable {
    private final HttpServer server;
    private final Identity identity;
    final List<String> asked = new ArrayList<>();

    TokenServer(Identity identity) throws IOException {
      this.identity = identity;
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      server.createContext(
          "/token",
          exchange -> {
            String query = exchange.getRequestURI().getQuery();
            asked.add(query);
            String expected =
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
            if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
              exchange.sendResponseHeaders(HttpURLConnection.HTTP_UNAUTHORIZED, -1);
              exchange.close();
              return;
            }
            String scope = query.replaceAll(".*scope=([^&]*).*", "$1");
            byte[] body = Json.bytes(JsonObject.of("token", token(scope.split(":")[1])));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
    }

    String realm() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
    }

    private String token(String repository) {
      try {
        List<Object> chain = new ArrayList<>();
        chain.add(Base64.getEncoder().encodeToString(identity.x509.getEncoded()));
        byte[] header = Json.bytes(JsonObject.of("typ", "JWT", "alg", "RS256", "x5c", chain));
        long now = Instant.now().getEpochSecond();
        List<Object> actions = new ArrayList<>();
        actions.add("pull");
        List<Object> access = new ArrayList<>();
        access.add(JsonObject.of("type", "repository", "name", repository, "actions", actions));
        byte[] claims =
            Json.bytes(
                JsonObject.of(
                    "iss",
                    "test-issuer",
                    "sub",
                    USER,
                    "aud",
                    "test-registry",
                    "exp",
                    now + 300,
                    "nbf",
                    now - 10,
                    "iat",
                    now - 10,
                    "jti",
                    "1",
                    "access",
                    access));
        var encoder = Base64.getUrlEncoder().withoutPadding();
        String signed = encoder.encodeToString(header) + "." + encoder.encodeToString(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(identity.privateKey);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + encoder.encodeToString(signature.sign());
      } catch (java.security.GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
