package dev.javernetes.api.codec.decode;

/** The text of a JSON string's inside, escapes resolved, as Go's decoder reads it. */
final class Unquoted {
  private static final char REPLACEMENT = '\uFFFD';

  private Unquoted() {}

  static String text(byte[] data, int from, int to) {
    StringBuilder out = new StringBuilder(to - from);
    int i = from;
    while (i < to) {
      int c = data[i] & 0xff;
      if (c == '\\') {
        i = escaped(data, i + 1, to, out);
      } else if (c < 0x80) {
        out.append((char) c);
        i++;
      } else {
        i = multiByte(data, i, to, out);
      }
    }
    return out.toString();
  }

  private static int escaped(byte[] data, int i, int to, StringBuilder out) {
    switch (data[i]) {
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'u' -> {
        return unicode(data, i, to, out);
      }
      default -> out.append((char) data[i]);
    }
    return i + 1;
  }

  private static int unicode(byte[] data, int i, int to, StringBuilder out) {
    char unit = hex(data, i + 1);
    int next = i + 5;
    if (!Character.isSurrogate(unit)) {
      out.append(unit);
      return next;
    }
    if (Character.isHighSurrogate(unit)
        && next + 6 <= to
        && data[next] == '\\'
        && data[next + 1] == 'u') {
      char low = hex(data, next + 2);
      if (Character.isLowSurrogate(low)) {
        out.append(unit).append(low);
        return next + 6;
      }
    }
    out.append(REPLACEMENT);
    return next;
  }

  private static char hex(byte[] data, int at) {
    int value = 0;
    for (int k = 0; k < 4; k++) {
      value = value << 4 | Character.digit(data[at + k], 16);
    }
    return (char) value;
  }

  /**
   * One rune; every byte that cannot begin or continue one is a replacement character of its own.
   */
  private static int multiByte(byte[] data, int i, int to, StringBuilder out) {
    int c = data[i] & 0xff;
    int length =
        c >= 0xc2 && c <= 0xdf ? 2 : c >= 0xe0 && c <= 0xef ? 3 : c >= 0xf0 && c <= 0xf4 ? 4 : 0;
    if (length == 0 || i + length > to) {
      out.append(REPLACEMENT);
      return i + 1;
    }
    int point = length == 2 ? c & 0x1f : length == 3 ? c & 0x0f : c & 0x07;
    for (int k = 1; k < length; k++) {
      int follow = data[i + k] & 0xff;
      if (follow >> 6 != 2) {
        out.append(REPLACEMENT);
        return i + 1;
      }
      point = point << 6 | follow & 0x3f;
    }
    boolean valid =
        length == 2
            || length == 3 && point >= 0x800 && !(point >= 0xd800 && point <= 0xdfff)
            || length == 4 && point >= 0x10000 && point <= 0x10ffff;
    if (!valid) {
      out.append(REPLACEMENT);
      return i + 1;
    }
    out.appendCodePoint(point);
    return i + length;
  }
}
