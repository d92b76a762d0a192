package dev.javernetes.apiserver.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Makes of a good body a bad one, as a broken or hostile client would. */
final class Damage {
  private final RandomGenerator random;

  Damage(RandomGenerator random) {
    this.random = random;
  }

  byte[] of(byte[] body) {
    return switch (random.nextInt(16)) {
      case 0 -> new byte[0];
      case 1 -> Arrays.copyOf(body, random.nextInt(body.length + 1));
      case 2 -> nested("[", "]", random.nextBoolean());
      case 3 -> nested("{\"a\":", "}", random.nextBoolean());
      case 4 -> nested("- ", "", false);
      case 5 -> noise(random.nextInt(200));
      case 6 -> inserted(body, bytes("\"a\":1,\"a\":2,"));
      case 7 -> inserted(body, new byte[] {(byte) 0xff, (byte) 0xc0, (byte) 0xed, (byte) 0xa0});
      case 8 -> inserted(body, bytes("9".repeat(1 + random.nextInt(5000))));
      case 9 -> inserted(body, bytes("\\u" + "d800".substring(random.nextInt(4))));
      case 10 ->
          random.nextInt(50) == 0
              ? bytes("{\"kind\":\"" + "x".repeat(4 << 20) + "\"}")
              : bytes("\"" + "y".repeat(3000) + "\"");
      case 11 -> joined(bytes("k8s\0"), noise(random.nextInt(100)));
      case 12 -> joined(bytes("k8s\0"), body);
      case 13 ->
          bytes(
              "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: *c\n<<: *a\n? {x: y}\n: !!binary zz\n");
      default -> flipped(body);
    };
  }

  private byte[] nested(String open, String close, boolean closed) {
    int depth = 1 << random.nextInt(2, 17);
    return bytes(
        "{\"spec\":" + open.repeat(depth) + (closed ? "1" + close.repeat(depth) + "}" : ""));
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] flipped(byte[] body) {
    byte[] changed = body.clone();
    for (int i = random.nextInt(1, 5); i > 0 && changed.length > 0; i--) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return changed;
  }

  private byte[] inserted(byte[] body, byte[] what) {
    int at = random.nextInt(body.length + 1);
    return joined(joined(Arrays.copyOf(body, at), what), Arrays.copyOfRange(body, at, body.length));
  }

  private static byte[] joined(byte[] left, byte[] right) {
    byte[] all = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, all, left.length, right.length);
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
