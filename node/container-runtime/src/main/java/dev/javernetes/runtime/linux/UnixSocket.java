package dev.javernetes.runtime.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Unix sockets of the kinds that the JDK cannot open: SOCK_SEQPACKET, which conmon's attach socket
 * is, and a listener that is handed a file descriptor (SCM_RIGHTS), which is how an OCI runtime
 * returns the terminal of {@code exec --console-socket}.
 *
 * <p>Reads block their platform thread; {@link #close} from another thread ends them.
 */
public final class UnixSocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int SHUT_RDWR = 2;

  private static final LibC SOCKET = new LibC("socket", 3);
  private static final LibC CONNECT = new LibC("connect", 3);
  private static final LibC BIND = new LibC("bind", 3);
  private static final LibC LISTEN = new LibC("listen", 2);
  private static final LibC ACCEPT = new LibC("accept4", 4);
  private static final LibC RECVMSG = new LibC("recvmsg", 3);
  private static final LibC RECV = new LibC("recv", 4);
  private static final LibC SEND = new LibC("send", 4);
  private static final LibC SHUTDOWN = new LibC("shutdown", 2);

  private final int fd;
  private final AtomicBoolean closed = new AtomicBoolean();

  private UnixSocket(int fd) {
    this.fd = fd;
  }

  public static UnixSocket connectPackets(Path path) throws IOException {
    int fd = SOCKET.call("socket", AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = address(arena, path);
      CONNECT.call("connect to " + path, fd, address.address(), address.byteSize());
      return new UnixSocket(fd);
    } catch (IOException e) {
      Posix.close(fd);
      throw e;
    }
  }

  public static UnixSocket listen(Path path) throws IOException {
    int fd = SOCKET.call("socket", AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = address(arena, path);
      BIND.call("bind to " + path, fd, address.address(), address.byteSize());
      LISTEN.call("listen on " + path, fd, 1);
      return new UnixSocket(fd);
    } catch (IOException e) {
      Posix.close(fd);
      throw e;
    }
  }

  /** Waits for one connection and the descriptor sent over it. */
  public Terminal acceptTerminal() throws IOException {
    int peer = ACCEPT.call("accept", fd, 0, 0, SOCK_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(4096);
      MemorySegment vector = arena.allocate(16, 8);
      vector.setAtIndex(ValueLayout.JAVA_LONG, 0, data.address());
      vector.setAtIndex(ValueLayout.JAVA_LONG, 1, data.byteSize());
      MemorySegment control = arena.allocate(64, 8);
      // struct msghdr: name, namelen, iov, iovlen, control, controllen, flags
      MemorySegment message = arena.allocate(56, 8);
      message.set(ValueLayout.JAVA_LONG, 16, vector.address());
      message.set(ValueLayout.JAVA_LONG, 24, 1);
      message.set(ValueLayout.JAVA_LONG, 32, control.address());
      message.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
      RECVMSG.callLong("recvmsg", peer, message.address(), MSG_CMSG_CLOEXEC);
      // struct cmsghdr: 8 bytes of length, level SOL_SOCKET (1), type SCM_RIGHTS (1), then the
      // descriptor
      if (control.get(ValueLayout.JAVA_LONG, 0) < 20
          || control.get(ValueLayout.JAVA_INT, 12) != 1) {
        throw new IOException("the runtime sent no terminal over its console socket");
      }
      return new Terminal(control.get(ValueLayout.JAVA_INT, 16));
    } finally {
      Posix.close(peer);
    }
  }

  /** One packet; -1 when the peer is gone. */
  public int receive(byte[] buffer) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(buffer.length);
      int count = (int) RECV.callLong("recv", fd, bytes.address(), bytes.byteSize(), 0);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, buffer, 0, count);
      return count == 0 ? -1 : count;
    }
  }

  public void send(byte[] buffer, int offset, int length) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(1, length));
      MemorySegment.copy(buffer, offset, bytes, ValueLayout.JAVA_BYTE, 0, length);
      SEND.callLong("send", fd, bytes.address(), length, MSG_NOSIGNAL);
    }
  }

  /** Ends what this side sends; the peer reads an end of file. */
  public void shutdownOutput() throws IOException {
    SHUTDOWN.call("shutdown", fd, 1);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        // close(2) alone does not wake a thread that reads
        SHUTDOWN.call("shutdown", fd, SHUT_RDWR);
      } catch (PosixException e) {
        // not connected
      }
      Posix.close(fd);
    }
  }

  private static MemorySegment address(Arena arena, Path path) throws IOException {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length > 107) {
      throw new IOException("socket path is too long for the kernel: " + path);
    }
    MemorySegment address = arena.allocate(2 + name.length + 1L, 2);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
    return address;
  }
}
