package dev.javernetes.api.codec.cbor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tree as one CBOR item, always the same bytes for the same tree (RFC 8949 §4.2.1): members
 * sorted by their encoded names, the shortest form of every number. Strings are byte strings, since
 * Go does not promise that its strings are UTF-8; readers take both.
 *
 * <pre>{@code
 * {"a": 1}    d9d9f7 a1 41 61 01     (self-described, map of one, bytes "a", 1)
 * }</pre>
 */
public final class CborWriter {
  static final int UNSIGNED = 0;
  static final int NEGATIVE = 1;
  static final int BYTES = 2;
  static final int TEXT = 3;
  static final int ARRAY = 4;
  static final int MAP = 5;
  static final int TAG = 6;
  static final int SIMPLE = 7;

  static final int FALSE = 20;
  static final int TRUE = 21;
  static final int NULL = 22;
  static final int HALF = 25;
  static final int SINGLE = 26;
  static final int DOUBLE = 27;

  /** "This is CBOR" (RFC 8949 §3.4.6). */
  static final int SELF_DESCRIBED = 55_799;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

  private CborWriter() {}

  public static byte[] bytes(@Nullable Object tree) {
    CborWriter writer = new CborWriter();
    writer.head(TAG, SELF_DESCRIBED);
    writer.value(tree);
    return writer.out.toByteArray();
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> simple(NULL);
      case Boolean flag -> simple(flag ? TRUE : FALSE);
      case Double number -> real(number);
      case Float number -> real(number);
      case Number number -> whole(number.longValue());
      case Map<?, ?> object -> object(object);
      case List<?> list -> {
        head(ARRAY, list.size());
        list.forEach(this::value);
      }
      default -> string(value.toString());
    }
  }

  private void object(Map<?, ?> object) {
    head(MAP, object.size());
    List<byte[]> names = new ArrayList<>(object.size());
    for (Object name : object.keySet()) {
      names.add(String.valueOf(name).getBytes(StandardCharsets.UTF_8));
    }
    // of encoded names the shorter comes first, since it begins with its length
    names.sort((left, right) ->
        left.length != right.length
            ? Integer.compare(left.length, right.length)
            : Arrays.compareUnsigned(left, right));
    for (byte[] name : names) {
      head(BYTES, name.length);
      out.writeBytes(name);
      value(object.get(new String(name, StandardCharsets.UTF_8)));
    }
  }

  private void string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    head(BYTES, bytes.length);
    out.writeBytes(bytes);
  }

  private void whole(long number) {
    if (number >= 0) {
      head(UNSIGNED, number);
    } else {
      head(NEGATIVE, ~number);
    }
  }

  private void real(double number) {
    float single = (float) number;
    if (single != number) {
      out.write(SIMPLE << 5 | DOUBLE);
      big(Double.doubleToLongBits(number), 8);
      return;
    }
    short half = Float.floatToFloat16(single);
    if (Float.float16ToFloat(half) == single) {
      out.write(SIMPLE << 5 | HALF);
      big(half, 2);
    } else {
      out.write(SIMPLE << 5 | SINGLE);
      big(Float.floatToIntBits(single), 4);
    }
  }

  private void simple(int value) {
    out.write(SIMPLE << 5 | value);
  }

  /** A major type and its argument, in the fewest bytes. */
  private void head(int major, long argument) {
    if (argument < 24) {
      out.write(major << 5 | (int) argument);
    } else if (argument <= 0xff) {
      out.write(major << 5 | 24);
      big(argument, 1);
    } else if (argument <= 0xffff) {
      out.write(major << 5 | 25);
      big(argument, 2);
    } else if (argument <= 0xffff_ffffL) {
      out.write(major << 5 | 26);
      big(argument, 4);
    } else {
      out.write(major << 5 | 27);
      big(argument, 8);
    }
  }

  private void big(long value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
  }
}
