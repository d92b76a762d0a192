package dev.javernetes.apiserver.connect;

import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.RawConnection;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * One HTTP/1.1 request to a backend on a connection of its own, and its response: a body to read to
 * its end, or (status 101) the bare connection.
 */
final class BackendExchange implements AutoCloseable {
  private static final int MAX_LINE = 64 << 10;
  private static final int MAX_HEADERS = 200;

  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;
  private int status;
  private Headers headers = new Headers();

  BackendExchange(Socket socket) throws IOException {
    this.socket = socket;
    this.input = new BufferedInputStream(socket.getInputStream(), 16 << 10);
    this.output = new BufferedOutputStream(socket.getOutputStream(), 16 << 10);
  }

  void send(String method, String target, String host, Headers wanted, byte[] body)
      throws IOException {
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(host).append("\r\n");
    wanted.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (body.length > 0 || Set.of("POST", "PUT", "PATCH").contains(method)) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    output.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    output.write(body);
    output.flush();
    do {
      readHead();
    } while (status == 100);
  }

  private void readHead() throws IOException {
    String[] first = line().split(" ", 3);
    if (first.length < 2 || !first[0].startsWith("HTTP/1.")) {
      throw new IOException("malformed HTTP response");
    }
    try {
      status = Integer.parseInt(first[1]);
    } catch (NumberFormatException problem) {
      throw new IOException("malformed HTTP status " + first[1], problem);
    }
    headers = new Headers();
    int count = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon <= 0 || ++count > MAX_HEADERS) {
        throw new IOException("malformed HTTP header");
      }
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
  }

  int status() {
    return status;
  }

  Headers headers() {
    return headers;
  }

  /** The body; closing it closes the connection. */
  InputStream body() {
    if (headers.get("Transfer-Encoding").equalsIgnoreCase("chunked")) {
      return new Chunked();
    }
    String length = headers.get("Content-Length");
    return length.isEmpty() ? new Limited(Long.MAX_VALUE) : new Limited(Long.parseLong(length));
  }

  RawConnection raw() {
    return new RawConnection() {
      @Override
      public InputStream input() {
        return input;
      }

      @Override
      public OutputStream output() {
        return output;
      }

      @Override
      public void close() {
        BackendExchange.this.close();
      }
    };
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      // nothing is left to free
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = input.read(); c != '\n'; c = input.read()) {
      if (c < 0) {
        throw new EOFException("the backend closed the connection");
      }
      if (line.length() > MAX_LINE) {
        throw new IOException("HTTP line too long");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** So many bytes, or all until the end. */
  private final class Limited extends InputStream {
    private long left;

    Limited(long length) {
      left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left <= 0) {
        return -1;
      }
      int count = input.read(into, offset, (int) Math.min(length, left));
      if (count > 0) {
        left -= count;
      }
      return count;
    }

    @Override
    public void close() {
      BackendExchange.this.close();
    }
  }

  /** RFC 9112 §7.1. */
  private final class Chunked extends InputStream {
    private long left;
    private boolean ended;
    private boolean first = true;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (ended) {
        return -1;
      }
      if (left == 0) {
        nextChunk();
        if (ended) {
          return -1;
        }
      }
      int count = input.read(into, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the backend closed the connection within a chunk");
      }
      left -= count;
      return count;
    }

    private void nextChunk() throws IOException {
      if (!first) {
        line();
      }
      first = false;
      String size = line();
      int semicolon = size.indexOf(';');
      try {
        left = Long.parseLong((semicolon < 0 ? size : size.substring(0, semicolon)).strip(), 16);
      } catch (NumberFormatException problem) {
        throw new IOException("malformed chunk size", problem);
      }
      if (left == 0) {
        ended = true;
      }
    }

    @Override
    public void close() {
      BackendExchange.this.close();
    }
  }
}
