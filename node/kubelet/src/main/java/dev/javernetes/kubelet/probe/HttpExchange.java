package dev.javernetes.kubelet.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One GET over a connection of its own, as a probe wants it: any certificate is good (upstream's
 * rule), the host header is whatever the pod says, at most 10 KB of the body are kept.
 */
public final class HttpExchange {
  private static final int MAX_BODY = 10 << 10;
  private static final int MAX_HEAD = 64 << 10;

  private HttpExchange() {}

  /** Header names are in lower case. */
  public record Answer(int code, Map<String, String> headers, String body) {}

  public static Answer get(HttpRequest request, Duration timeout) throws ProbeException {
    String what = "Get \"" + request.url() + "\": ";
    int millis = (int) Math.max(1, timeout.toMillis());
    long deadline = System.nanoTime() + timeout.toNanos();
    String target = request.host() + ":" + request.port();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(request.host(), request.port()), millis);
      plain.setSoTimeout(millis);
      Socket socket = request.tls() ? tls(plain, request) : plain;
      OutputStream out = socket.getOutputStream();
      out.write(head(request).getBytes(StandardCharsets.UTF_8));
      out.flush();
      return read(socket.getInputStream(), deadline);
    } catch (SocketTimeoutException problem) {
      throw new ProbeException(
          what + "context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
    } catch (ConnectException | NoRouteToHostException problem) {
      throw new ProbeException(what + "dial tcp " + target + ": " + connectText(problem));
    } catch (UnknownHostException problem) {
      throw new ProbeException(what + "dial tcp: lookup " + request.host() + ": no such host");
    } catch (IOException | GeneralSecurityException problem) {
      throw new ProbeException(what + problem.getMessage());
    }
  }

  /** In Go's words: {@code connect: connection refused}. */
  static String connectText(IOException problem) {
    String text = String.valueOf(problem.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("refused")) {
      return "connect: connection refused";
    }
    if (text.contains("no route")) {
      return "connect: no route to host";
    }
    return "connect: " + text;
  }

  private static String head(HttpRequest request) {
    StringBuilder head = new StringBuilder("GET " + request.path() + " HTTP/1.1\r\n");
    boolean hostGiven = false;
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      if (header.getValue().isEmpty() && !header.getKey().equalsIgnoreCase("host")) {
        continue; // an empty value takes a default header away
      }
      hostGiven |= header.getKey().equalsIgnoreCase("host");
      head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    if (!hostGiven) {
      String host = request.host().contains(":") ? "[" + request.host() + "]" : request.host();
      head.append("Host: ").append(host).append(':').append(request.port()).append("\r\n");
    }
    return head.append("Connection: close\r\n\r\n").toString();
  }

  private static Answer read(InputStream in, long deadline) throws IOException {
    String status = line(in);
    String[] words = status.split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/")) {
      throw new IOException("malformed HTTP response \"" + status + "\"");
    }
    int code;
    try {
      code = Integer.parseInt(words[1]);
    } catch (NumberFormatException problem) {
      throw new IOException("malformed HTTP status code \"" + words[1] + "\"", problem);
    }
    Map<String, String> headers = new TreeMap<>();
    int size = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      size += line.length();
      if (size > MAX_HEAD) {
        throw new IOException("response headers too large");
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int limit = MAX_BODY;
    String length = headers.get("content-length");
    if (length != null && length.length() < 9) {
      limit = Math.min(limit, Integer.parseInt(length.strip()));
    }
    byte[] chunk = new byte[4096];
    while (body.size() < limit && System.nanoTime() < deadline) {
      int read = in.read(chunk, 0, Math.min(chunk.length, limit - body.size()));
      if (read < 0) {
        break;
      }
      body.write(chunk, 0, read);
    }
    return new Answer(code, headers, body.toString(StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (line.size() == 0) {
          throw new IOException("EOF");
        }
        break;
      }
      if (b != '\r') {
        line.write(b);
      }
      if (line.size() > MAX_HEAD) {
        throw new IOException("response header line too long");
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static Socket tls(Socket plain, HttpRequest request)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustAnything()}, null);
    return context.getSocketFactory().createSocket(plain, request.host(), request.port(), true);
  }

  /** A probe asks whether the server answers, not who it is: upstream skips verification too. */
  private static final class TrustAnything implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
