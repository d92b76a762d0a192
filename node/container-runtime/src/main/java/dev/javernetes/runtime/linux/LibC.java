package dev.javernetes.runtime.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * One function of the C library, called with machine words.
 *
 * <p>Every argument and result is passed as a 64-bit word, pointers by address: on the two ABIs we
 * run on (x86-64 and AArch64 Linux) an {@code int} travels in the low half of the same register,
 * and variadic arguments travel like named ones. {@code new LibC("close", 1).call("close 7", 7)}.
 */
final class LibC {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final MethodHandle handle;

  LibC(String name, int arguments) {
    var words = new MemoryLayout[arguments];
    Arrays.fill(words, ValueLayout.JAVA_LONG);
    this.handle =
        LINKER
            .downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, words),
                Linker.Option.captureCallState("errno"))
            .asSpreader(1, long[].class, arguments);
  }

  /** The result as an {@code int}, which is what all but read and write return. */
  int call(String description, long... arguments) throws PosixException {
    return (int) word(description, true, arguments);
  }

  /** The result as a {@code ssize_t}. */
  long callLong(String description, long... arguments) throws PosixException {
    return word(description, false, arguments);
  }

  private long word(String description, boolean narrow, long[] arguments) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      while (true) {
        MemorySegment state = arena.allocate(STATE);
        long result = (long) handle.invokeExact(state, arguments);
        boolean failed = narrow ? (int) result == -1 : result == -1;
        if (!failed) {
          return result;
        }
        int errno = (int) ERRNO.get(state, 0L);
        if (errno != PosixException.EINTR) {
          throw new PosixException(description, errno);
        }
      }
    } catch (PosixException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing checked", e);
    }
  }
}
