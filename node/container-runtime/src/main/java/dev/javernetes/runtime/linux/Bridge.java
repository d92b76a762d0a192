package dev.javernetes.runtime.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Removal of a network bridge by the ioctls of netdevice(7): down, then SIOCBRDELBR. */
public final class Bridge {
  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final long SIOCBRDELBR = 0x89a1;
  private static final LibC SOCKET = new LibC("socket", 3);

  private Bridge() {}

  /** One that is not there is fine. */
  public static void delete(String name) throws IOException {
    if (!Files.exists(Path.of("/sys/class/net", name, "bridge"))) {
      return;
    }
    int socket = SOCKET.call("socket", 2, 2, 0);
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
      MemorySegment request = arena.allocate(40, 8);
      MemorySegment.copy(bytes, 0, request, ValueLayout.JAVA_BYTE, 0, bytes.length);
      Posix.ioctl("read flags of " + name, socket, SIOCGIFFLAGS, request);
      short flags = request.get(ValueLayout.JAVA_SHORT, 16);
      request.set(ValueLayout.JAVA_SHORT, 16, (short) (flags & ~1));
      Posix.ioctl("lower " + name, socket, SIOCSIFFLAGS, request);
      Posix.ioctl("delete bridge " + name, socket, SIOCBRDELBR, arena.allocateFrom(name));
    } finally {
      Posix.close(socket);
    }
  }
}
