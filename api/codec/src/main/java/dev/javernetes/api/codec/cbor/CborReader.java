package dev.javernetes.api.codec.cbor;

import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One CBOR item as a JSON tree. What JSON cannot say is refused (NaN, integers beyond 64 bits,
 * {@code undefined}), and so are a name given twice and a map with names that are no strings. Byte
 * strings are text, in base64 if their tag says so (RFC 8949 §3.4.5.2).
 */
public final class CborReader {
  private static final int INDEFINITE = 31;
  private static final int BREAK = 0xff;

  private static final int TAG_TEXT_TIME = 0;
  private static final int TAG_EPOCH_TIME = 1;
  private static final int TAG_POSITIVE_BIG = 2;
  private static final int TAG_NEGATIVE_BIG = 3;
  private static final int TAG_BASE64_URL = 21;
  private static final int TAG_BASE64 = 22;
  private static final int TAG_BASE16 = 23;

  private final byte[] data;
  private int at;
  private int depth;

  private CborReader(byte[] data) {
    this.data = data;
  }

  /** Whether the bytes say of themselves that they are CBOR, as everything stored does. */
  public static boolean isSelfDescribed(byte[] bytes) {
    return bytes.length > 3
        && bytes[0] == (byte) 0xd9
        && bytes[1] == (byte) 0xd9
        && bytes[2] == (byte) 0xf7;
  }

  public static @Nullable Object read(byte[] data) throws DecodeException {
    CborReader reader = new CborReader(data);
    Object tree = reader.value(-1);
    if (reader.at < data.length) {
      throw new DecodeException(
          "cbor: "
              + (data.length - reader.at)
              + " bytes of extraneous data starting at index "
              + reader.at);
    }
    return tree;
  }

  /** {@code tag}: the one around the value, -1 for none. */
  private @Nullable Object value(long tag) throws DecodeException {
    int first = next();
    int major = first >> 5;
    int info = first & 31;
    return switch (major) {
      case CborWriter.UNSIGNED -> dated(whole(argument(info)), tag);
      case CborWriter.NEGATIVE -> dated(~whole(argument(info)), tag);
      case CborWriter.BYTES -> later(bytes(major, info), tag);
      case CborWriter.TEXT -> utf8(bytes(major, info));
      case CborWriter.ARRAY -> list(info);
      case CborWriter.MAP -> object(info);
      case CborWriter.TAG -> tagged(argument(info));
      default -> simple(info, tag);
    };
  }

  private @Nullable Object tagged(long tag) throws DecodeException {
    if (tag == TAG_POSITIVE_BIG || tag == TAG_NEGATIVE_BIG) {
      throw new DecodeException("cbor: bignum is not allowed");
    }
    enter();
    Object value = value(tag);
    depth--;
    if (tag == TAG_TEXT_TIME && !(value instanceof String)) {
      throw new DecodeException("cbor: tag number 0 must be followed by text string");
    }
    return value;
  }

  /** Seconds since 1970 are shown as the time that they are. */
  private static Object dated(long number, long tag) throws DecodeException {
    return tag == TAG_EPOCH_TIME ? time(number, 0) : number;
  }

  private static String time(long seconds, long nanos) throws DecodeException {
    try {
      return Instant.ofEpochSecond(seconds, nanos).toString();
    } catch (java.time.DateTimeException beyond) {
      throw new DecodeException("cbor: time out of range");
    }
  }

  private static String later(byte[] bytes, long tag) throws DecodeException {
    if (tag == TAG_BASE64) {
      return Base64.getEncoder().encodeToString(bytes);
    } else if (tag == TAG_BASE64_URL) {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    } else if (tag == TAG_BASE16) {
      return HexFormat.of().formatHex(bytes);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String utf8(byte[] bytes) throws DecodeException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException problem) {
      throw new DecodeException("cbor: invalid UTF-8 string");
    }
  }

  private byte[] bytes(int major, int info) throws DecodeException {
    if (info != INDEFINITE) {
      return take(argument(info));
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int first = next(); first != BREAK; first = next()) {
      if (first >> 5 != major || (first & 31) == INDEFINITE) {
        throw new DecodeException("cbor: wrong element type for indefinite-length string");
      }
      all.writeBytes(take(argument(first & 31)));
    }
    return all.toByteArray();
  }

  private List<@Nullable Object> list(int info) throws DecodeException {
    enter();
    List<@Nullable Object> list = new ArrayList<>();
    for (long left = count(info); more(left); left--) {
      list.add(value(-1));
    }
    depth--;
    return list;
  }

  private JsonObject object(int info) throws DecodeException {
    enter();
    JsonObject object = new JsonObject();
    for (long left = count(info); more(left); left--) {
      if (!(value(-1) instanceof String name)) {
        throw new DecodeException("cbor: cannot unmarshal map key into Go value of type string");
      }
      if (object.containsKey(name)) {
        throw new DecodeException("cbor: found duplicate map key \"" + name + "\"");
      }
      object.put(name, value(-1));
    }
    depth--;
    return object;
  }

  /** -1 for an indefinite number of elements; each has a byte at least. */
  private long count(int info) throws DecodeException {
    if (info == INDEFINITE) {
      return -1;
    }
    long count = argument(info);
    if (count < 0 || count > data.length - at) {
      throw eof();
    }
    return count;
  }

  private boolean more(long left) throws DecodeException {
    if (left >= 0) {
      return left > 0;
    }
    if (at < data.length && (data[at] & 0xff) == BREAK) {
      at++;
      return false;
    }
    return true;
  }

  private @Nullable Object simple(int info, long tag) throws DecodeException {
    return switch (info) {
      case CborWriter.FALSE -> false;
      case CborWriter.TRUE -> true;
      case CborWriter.NULL -> null;
      case CborWriter.HALF -> real(Float.float16ToFloat((short) big(2)), tag);
      case CborWriter.SINGLE -> real(Float.intBitsToFloat((int) big(4)), tag);
      case CborWriter.DOUBLE -> real(Double.longBitsToDouble(big(8)), tag);
      default -> throw new DecodeException("cbor: simple value " + info + " is not allowed");
    };
  }

  private static Object real(double number, long tag) throws DecodeException {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new DecodeException("cbor: floating-point NaN and infinity are not allowed");
    }
    if (tag == TAG_EPOCH_TIME) {
      double whole = Math.floor(number);
      return time((long) whole, (long) ((number - whole) * 1e9));
    }
    return number;
  }

  private static long whole(long argument) throws DecodeException {
    if (argument < 0) {
      throw new DecodeException("cbor: integer overflows Go's int64");
    }
    return argument;
  }

  /** An unsigned number; one of 64 bits may come out negative. */
  private long argument(int info) throws DecodeException {
    return switch (info) {
      case 24 -> big(1);
      case 25 -> big(2);
      case 26 -> big(4);
      case 27 -> big(8);
      default -> {
        if (info > 27) {
          throw new DecodeException("cbor: invalid additional information " + info);
        }
        yield info;
      }
    };
  }

  private long big(int bytes) throws DecodeException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | next();
    }
    return value;
  }

  private byte[] take(long length) throws DecodeException {
    if (length < 0 || length > data.length - at) {
      throw eof();
    }
    byte[] taken = java.util.Arrays.copyOfRange(data, at, at + (int) length);
    at += (int) length;
    return taken;
  }

  private int next() throws DecodeException {
    if (at >= data.length) {
      throw eof();
    }
    return data[at++] & 0xff;
  }

  private DecodeException eof() {
    return new DecodeException(at == 0 ? "EOF" : "unexpected EOF");
  }

  private void enter() throws DecodeException {
    if (++depth > Json.BODY_NESTING) {
      throw new DecodeException("cbor: exceeded max nested level " + Json.BODY_NESTING);
    }
  }
}
