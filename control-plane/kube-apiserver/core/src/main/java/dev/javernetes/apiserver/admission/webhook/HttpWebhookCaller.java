package dev.javernetes.apiserver.admission.webhook;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.pki.Pem;
import dev.javernetes.pki.PkiException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Calls webhooks over HTTPS with the JDK's client. A service is reached at its cluster address (or,
 * headless, at an endpoint) while its certificate must name {@code SERVICE.NAMESPACE.svc}. One
 * client for each authority and name, at most {@value #CLIENT_LIMIT}; answers of at most 3 MB.
 */
public final class HttpWebhookCaller implements WebhookCaller {
  private static final int CLIENT_LIMIT = 256;
  private static final int ANSWER_LIMIT = 3 << 20;

  private record Key(String caBundle, String serverName) {}

  /**
   * @param shown the address as errors name it: a service's by its name
   */
  private record Place(URI uri, String serverName, String shown) {}

  private final ObjectReader reader;
  private final Map<Key, HttpClient> clients = new ConcurrentHashMap<>();

  public HttpWebhookCaller(ObjectReader reader) {
    this.reader = reader;
  }

  @Override
  public JsonObject call(JsonObject clientConfig, JsonObject review, Duration timeout)
      throws CallException {
    Place place = place(clientConfig, timeout);
    String shown = posting(place.shown);
    HttpClient client = client(new Key(clientConfig.string("caBundle"), place.serverName));
    HttpRequest request =
        HttpRequest.newBuilder(place.uri)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, */*")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(review)))
            .build();
    try {
      HttpResponse<InputStream> response = send(client, request);
      byte[] body;
      try (InputStream stream = response.body()) {
        body = stream.readNBytes(ANSWER_LIMIT + 1);
      }
      if (body.length > ANSWER_LIMIT) {
        throw new CallException(shown + "answer larger than " + ANSWER_LIMIT + " bytes");
      }
      if (response.statusCode() != 200) {
        throw new CallException(
            "the server responded with the status code %d but did not return more information"
                .formatted(response.statusCode()));
      }
      return Json.parseObject(body);
    } catch (java.net.http.HttpTimeoutException late) {
      throw new CallException(shown + "context deadline exceeded");
    } catch (IOException failed) {
      throw new CallException(shown + why(failed, place.uri));
    } catch (JsonSyntaxException broken) {
      throw new CallException(
          "couldn't get version/kind; json parse error: " + broken.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CallException(shown + "interrupted");
    }
  }

  /**
   * A connection kept from an earlier call may have been closed by its other end meanwhile; then
   * nothing of the call has been seen, and it is made once more, as Go's client does.
   */
  private static HttpResponse<InputStream> send(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException closed) {
      if (!String.valueOf(closed.getMessage()).contains("header parser received no bytes")) {
        throw closed;
      }
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }
  }

  /** In Go's words where they are known. */
  private static String why(IOException failed, URI uri) {
    if (failed instanceof java.net.ConnectException) {
      int port = uri.getPort() < 0 ? 443 : uri.getPort();
      return "dial tcp %s:%d: connect: connection refused".formatted(address(uri.getHost()), port);
    }
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.security.cert.CertPathBuilderException) {
        return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
      }
      if (cause instanceof CertificateException
          && String.valueOf(cause.getMessage()).startsWith("x509: ")) {
        return "tls: failed to verify certificate: " + cause.getMessage();
      }
    }
    return String.valueOf(failed.getMessage());
  }

  private static String address(String host) {
    try {
      String address = InetAddress.getByName(host).getHostAddress();
      return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    } catch (UnknownHostException unknown) {
      return host;
    }
  }

  private Place place(JsonObject clientConfig, Duration timeout) throws CallException {
    String query = "timeout=" + timeout.toSeconds() + "s";
    JsonObject service = clientConfig.object("service");
    if (service == null) {
      String url = clientConfig.string("url");
      URI uri = URI.create(url + (url.indexOf('?') < 0 ? "?" : "&") + query);
      return new Place(uri, uri.getHost() == null ? "" : uri.getHost(), uri.toString());
    }
    String name = service.string("name");
    String namespace = service.string("namespace");
    long port = service.integer("port", 443);
    String path = service.string("path").isEmpty() ? "/" : service.string("path");
    String serverName = name + "." + namespace + ".svc";
    String shown = "https://%s:%d%s?%s".formatted(serverName, port, path, query);
    JsonObject found = reader.get(new GroupResource("", "services"), namespace, name);
    if (found == null) {
      throw new CallException(posting(shown) + "service \"%s\" not found".formatted(name));
    }
    JsonObject spec = found.objectOrEmpty("spec");
    String address =
        spec.string("type").equals("ExternalName")
            ? spec.string("externalName")
            : spec.string("clusterIP");
    if (address.isEmpty() || address.equals("None")) {
      throw new CallException(
          posting(shown) + "no cluster address for service \"%s/%s\"".formatted(namespace, name));
    }
    String host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    URI uri = URI.create("https://%s:%d%s?%s".formatted(host, port, path, query));
    return new Place(uri, serverName, shown);
  }

  private static String posting(String address) {
    return "Post \"%s\": ".formatted(address);
  }

  private HttpClient client(Key key) throws CallException {
    HttpClient known = clients.get(key);
    if (known != null) {
      return known;
    }
    if (clients.size() >= CLIENT_LIMIT) {
      clients.clear(); // configurations come and go; start anew rather than grow for ever
    }
    try {
      HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10));
      SSLContext context = SSLContext.getInstance("TLS");
      if (key.caBundle.isEmpty()) {
        context.init(null, null, null);
      } else {
        String pem =
            new String(Base64.getDecoder().decode(key.caBundle), StandardCharsets.US_ASCII);
        context.init(null, ServerNameTrust.managers(trust(pem), key.serverName), null);
        SSLParameters parameters = new SSLParameters();
        if (!key.serverName.isEmpty() && !key.serverName.matches("[0-9.:\\[\\]]+")) {
          parameters.setServerNames(List.of(new SNIHostName(key.serverName)));
        }
        builder.sslParameters(parameters);
      }
      HttpClient created = builder.sslContext(context).build();
      clients.put(key, created);
      return created;
    } catch (GeneralSecurityException
        | IOException
        | PkiException
        | IllegalArgumentException unusable) {
      throw new CallException("unusable caBundle: " + unusable.getMessage());
    }
  }

  private static TrustManagerFactory trust(String pem)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (X509Certificate certificate : Pem.parseCertificates(pem)) {
      store.setCertificateEntry("ca-" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
