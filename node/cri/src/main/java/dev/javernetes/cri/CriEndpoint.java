package dev.javernetes.cri;

import java.nio.file.Path;

/**
 * Where a CRI server listens: a unix socket, written as kubelet's {@code
 * --container-runtime-endpoint} writes it.
 *
 * <p>{@code unix:///run/containerd/containerd.sock} and the bare {@code
 * /run/containerd/containerd.sock} are the same endpoint. TCP and Windows pipes are refused: CRI
 * carries root's power over the node without any authentication of its own.
 */
public record CriEndpoint(Path socket) {
  /**
   * {@code sun_path} of {@code sockaddr_un} holds 108 bytes with its terminating zero, see unix(7).
   */
  private static final int MAX_PATH_BYTES = 107;

  public CriEndpoint {
    if (!socket.isAbsolute()) {
      throw new IllegalArgumentException("CRI socket must be an absolute path: " + socket);
    }
    int length = socket.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw new IllegalArgumentException(
          "CRI socket path is %d bytes long, the kernel takes %d: %s"
              .formatted(length, MAX_PATH_BYTES, socket));
    }
  }

  public static CriEndpoint parse(String text) {
    if (text.startsWith("unix://")) {
      return new CriEndpoint(Path.of(text.substring("unix://".length())));
    }
    if (text.contains("://")) {
      throw new IllegalArgumentException("CRI endpoint must be unix:///path/to.sock, not " + text);
    }
    return new CriEndpoint(Path.of(text));
  }

  @Override
  public String toString() {
    return "unix://" + socket;
  }
}
