package dev.javernetes.runtime.pod;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The first process of a PID namespace that a pod's containers share: 188 bytes of program that
 * ignore SIGCHLD, so that the kernel itself reaps orphans, and sleep.
 *
 * <p>Made here byte by byte, since nothing on a node is sure to be static. In C:
 *
 * <pre>{@code
 * sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_IGN, .sa_flags = SA_NOCLDWAIT}, 0);
 * for (;;) pause();
 * }</pre>
 */
final class PauseProgram {
  private static final long BASE = 0x400000;
  private static final int HEADERS = 64 + 56;
  private static final int EM_X86_64 = 62;
  private static final int EM_AARCH64 = 183;

  private PauseProgram() {}

  static void write(Path file, String machine) throws IOException {
    byte[] program =
        switch (machine) {
          case "amd64" -> elf(EM_X86_64, x86());
          case "arm64" -> elf(EM_AARCH64, arm());
          default -> throw new IOException("a shared PID namespace is not supported on " + machine);
        };
    Files.write(file, program);
    dev.javernetes.runtime.linux.Posix.changeMode(file, 0755);
  }

  private static byte[] x86() {
    int[] code = {
      0xB8, 13, 0, 0, 0, // mov eax, rt_sigaction
      0xBF, 17, 0, 0, 0, // mov edi, SIGCHLD
      0x48, 0x8D, 0x35, 23, 0, 0, 0, // lea rsi, [rip + 23]: the action at 40
      0x31, 0xD2, // xor edx, edx
      0x41, 0xBA, 8, 0, 0, 0, // mov r10d, 8
      0x0F, 0x05, // syscall
      0xB8, 34, 0, 0, 0, // again: mov eax, pause
      0x0F, 0x05, // syscall
      0xEB, 0xF7, // jmp again
      0, 0, 0, 0
    };
    ByteBuffer bytes = ByteBuffer.allocate(code.length + 32).order(ByteOrder.LITTLE_ENDIAN);
    for (int b : code) {
      bytes.put((byte) b);
    }
    return action(bytes);
  }

  private static byte[] arm() {
    int[] code = {
      0xD28010C8, // mov x8, rt_sigaction
      0xD2800220, // mov x0, SIGCHLD
      0x10000181, // adr x1, +48: the action at 56
      0xD2800002, // mov x2, 0
      0xD2800103, // mov x3, 8
      0xD4000001, // svc 0
      0xD2800000, // again: mov x0, 0
      0xD2800001,
      0xD2800002,
      0xD2800003,
      0xD2800928, // mov x8, ppoll
      0xD4000001, // svc 0
      0x17FFFFFA, // b again
      0
    };
    ByteBuffer bytes = ByteBuffer.allocate(code.length * 4 + 32).order(ByteOrder.LITTLE_ENDIAN);
    for (int instruction : code) {
      bytes.putInt(instruction);
    }
    return action(bytes);
  }

  /** struct sigaction of the kernel: SIG_IGN, SA_NOCLDWAIT, no restorer, empty mask. */
  private static byte[] action(ByteBuffer code) {
    return code.putLong(1).putLong(2).putLong(0).putLong(0).array();
  }

  private static byte[] elf(int machine, byte[] code) {
    int size = HEADERS + code.length;
    ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort((short) 2).putShort((short) machine).putInt(1);
    elf.putLong(BASE + HEADERS).putLong(64).putLong(0);
    elf.putInt(0).putShort((short) 64).putShort((short) 56).putShort((short) 1);
    elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
    // one segment, read and execute
    elf.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE);
    elf.putLong(size).putLong(size).putLong(0x1000);
    return elf.put(code).array();
  }
}
