package dev.javernetes.launch.bench;

import dev.javernetes.client.https.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A kept connection that speaks HTTP/1.1 and does as little as it can: the client shares the
 * machine with the server that it measures. The response's body is read and thrown away.
 */
final class HttpConnection implements AutoCloseable {
  private final Connection connection;
  private final Socket socket;
  private final OutputStream out;
  private final InputStream in;
  private final byte[] buffer = new byte[64 << 10];
  private int position;
  private int limit;

  HttpConnection(Connection connection, SSLContext tls) throws IOException {
    this.connection = connection;
    URI server = connection.server();
    SSLSocket secure =
        (SSLSocket) tls.getSocketFactory().createSocket(server.getHost(), server.getPort());
    secure.setTcpNoDelay(true);
    secure.startHandshake();
    socket = secure;
    out = socket.getOutputStream();
    in = socket.getInputStream();
  }

  /** Sends the request and reads the whole answer; returns its status. */
  int exchange(String method, String path, String headers, byte[] body) throws IOException {
    send(method, path, headers, body);
    return receive();
  }

  void send(String method, String path, String headers, byte[] body) throws IOException {
    String authorization =
        connection.token().isEmpty() ? "" : "Authorization: Bearer " + connection.token() + "\r\n";
    byte[] head =
        (method
                + " "
                + path
                + " HTTP/1.1\r\nHost: "
                + connection.server().getAuthority()
                + "\r\nUser-Agent: j8s-bench\r\n"
                + authorization
                + headers
                + (body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n")
                + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    out.write(all);
    out.flush();
  }

  private int receive() throws IOException {
    int status = status();
    long length = 0;
    boolean chunked = false;
    for (String line = line(); !line.isEmpty(); line = line()) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring(15).strip());
      } else if (lower.equals("transfer-encoding: chunked")) {
        chunked = true;
      }
    }
    if (!chunked) {
      skip(length);
      return status;
    }
    for (long size = chunk(); size > 0; size = chunk()) {
      skip(size + 2);
    }
    line();
    return status;
  }

  /** The status, and behind it the headers of an answer whose body {@link #line} then reads. */
  int startStream() throws IOException {
    int status = status();
    while (!line().isEmpty()) {
      // headers do not matter here
    }
    return status;
  }

  private int status() throws IOException {
    return Integer.parseInt(line().substring(9, 12));
  }

  private long chunk() throws IOException {
    return Long.parseLong(line(), 16);
  }

  /** Up to the next line feed, without it. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      for (int i = position; i < limit; i++) {
        if (buffer[i] == '\n') {
          line.append(new String(buffer, position, i - position, StandardCharsets.ISO_8859_1));
          position = i + 1;
          int end = line.length();
          if (end > 0 && line.charAt(end - 1) == '\r') {
            line.setLength(end - 1);
          }
          return line.toString();
        }
      }
      line.append(new String(buffer, position, limit - position, StandardCharsets.ISO_8859_1));
      fill();
    }
  }

  private void skip(long bytes) throws IOException {
    long left = bytes;
    while (left > 0) {
      if (position == limit) {
        fill();
      }
      int step = (int) Math.min(left, limit - position);
      position += step;
      left -= step;
    }
  }

  private void fill() throws IOException {
    int read = in.read(buffer);
    if (read < 0) {
      throw new EOFException("the server closed the connection");
    }
    position = 0;
    limit = read;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
