package dev.javernetes.api.machinery.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tree compactly into bytes that grow. Every write of an object does so several times, and
 * a general generator (which tracks where it is, as a tree does by itself) takes three times as
 * long.
 *
 * <p>Numbers look as Go writes them: {@code 3} for 3.0, {@code 1e-7}, {@code 1e+21}.
 */
final class JsonWriter {
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] NULL = ascii("null");
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final char REPLACEMENT = '\uFFFD';

  /** Beyond these, Go's encoder writes an exponent (ES6's number to string conversion). */
  private static final double SMALLEST_PLAIN = 1e-6;

  private static final double SMALLEST_LARGE = 1e21;

  private byte[] bytes;
  private int length;

  JsonWriter(int expectedBytes) {
    bytes = new byte[expectedBytes];
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  void value(@Nullable Object value) {
    switch (value) {
      case null -> raw(NULL);
      case String text -> string(text);
      case Long number -> number(number);
      case Integer number -> number(number);
      case Boolean flag -> raw(flag ? TRUE : FALSE);
      case Double number -> raw(ascii(text(number)));
      case Map<?, ?> object -> object(object);
      case List<?> list -> array(list);
      default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
    }
  }

  private void object(Map<?, ?> object) {
    raw('{');
    boolean first = true;
    for (Map.Entry<?, ?> member : object.entrySet()) {
      if (first) {
        first = false;
      } else {
        raw(',');
      }
      string((String) member.getKey());
      raw(':');
      value(member.getValue());
    }
    raw('}');
  }

  private void array(List<?> list) {
    raw('[');
    boolean first = true;
    for (Object element : list) {
      if (first) {
        first = false;
      } else {
        raw(',');
      }
      value(element);
    }
    raw(']');
  }

  private void string(String text) {
    int count = text.length();
    reserve(count + 2);
    bytes[length++] = '"';
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c >= 0x80) {
        special(text, i);
        bytes[length++] = '"';
        return;
      }
      bytes[length++] = (byte) c;
    }
    bytes[length++] = '"';
  }

  /** The rest of a string that has more than plain ASCII; leaves room for the closing quote. */
  private void special(String text, int from) {
    int count = text.length();
    for (int i = from; i < count; i++) {
      reserve(6 + (count - i) + 1); // the longest form of one, then one byte for each left, a quote
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> escape((byte) c);
        case '\n' -> escape((byte) 'n');
        case '\r' -> escape((byte) 'r');
        case '\t' -> escape((byte) 't');
        case '\b' -> escape((byte) 'b');
        case '\f' -> escape((byte) 'f');
        default -> {
          if (c < ' ') {
            control(c);
          } else if (c < 0x80) {
            bytes[length++] = (byte) c;
          } else if (Character.isHighSurrogate(c)
              && i + 1 < count
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            utf8(Character.toCodePoint(c, text.charAt(++i)));
          } else {
            utf8(Character.isSurrogate(c) ? REPLACEMENT : c); // half a pair has no UTF-8 form
          }
        }
      }
    }
  }

  private void escape(byte letter) {
    bytes[length++] = '\\';
    bytes[length++] = letter;
  }

  private void control(char c) {
    escape((byte) 'u');
    bytes[length++] = '0';
    bytes[length++] = '0';
    bytes[length++] = HEX[c >> 4];
    bytes[length++] = HEX[c & 15];
  }

  private void utf8(int codePoint) {
    if (codePoint < 0x800) {
      bytes[length++] = (byte) (0xC0 | codePoint >> 6);
    } else if (codePoint < 0x10000) {
      bytes[length++] = (byte) (0xE0 | codePoint >> 12);
      bytes[length++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
    } else {
      bytes[length++] = (byte) (0xF0 | codePoint >> 18);
      bytes[length++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
      bytes[length++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
    }
    bytes[length++] = (byte) (0x80 | codePoint & 0x3F);
  }

  private void number(long number) {
    if (number >= 0 && number < 10) {
      raw((char) ('0' + number));
    } else {
      raw(ascii(Long.toString(number)));
    }
  }

  private static String text(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new IllegalArgumentException("JSON has no " + number);
    }
    double size = Math.abs(number);
    if (size == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    if (size >= SMALLEST_PLAIN && size < SMALLEST_LARGE) {
      return exact.toPlainString();
    }
    String digits = exact.unscaledValue().abs().toString();
    int exponent = exact.precision() - exact.scale() - 1;
    return (number < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + Math.abs(exponent);
  }

  private void raw(char one) {
    reserve(1);
    bytes[length++] = (byte) one;
  }

  private void raw(byte[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
