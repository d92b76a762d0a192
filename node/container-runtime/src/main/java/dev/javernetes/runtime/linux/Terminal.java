package dev.javernetes.runtime.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The master side of a pseudo terminal. Reads block their platform thread until the last process on
 * the other side is gone.
 */
public final class Terminal implements AutoCloseable {
  private static final long TIOCSWINSZ = 0x5414;

  private final int fd;
  private final AtomicBoolean closed = new AtomicBoolean();

  Terminal(int fd) {
    this.fd = fd;
  }

  public void resize(int rows, int columns) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8, 2);
      size.setAtIndex(ValueLayout.JAVA_SHORT, 0, (short) rows);
      size.setAtIndex(ValueLayout.JAVA_SHORT, 1, (short) columns);
      Posix.ioctl("resize terminal", fd, TIOCSWINSZ, size);
    }
  }

  public InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
          return Posix.read(fd, buffer, offset, length);
        } catch (PosixException e) {
          // EIO: the other side is closed; that is a terminal's end of file
          if (e.errno() == PosixException.EIO || e.errno() == PosixException.EBADF) {
            return -1;
          }
          throw e;
        }
      }
    };
  }

  public OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] buffer, int offset, int length) throws IOException {
        Posix.write(fd, buffer, offset, length);
      }
    };
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Posix.close(fd);
    }
  }
}
