package dev.javernetes.pki;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads DER values one after another out of a slice of bytes. Refuses indefinite and oversized
 * lengths.
 */
final class DerReader {
  /** One value: its tag, its content, and the bytes of the whole. */
  record Value(int tag, byte[] content, byte[] encoded) {
    DerReader inside() {
      return new DerReader(content);
    }

    String text() {
      return new String(
          content, tag == 0x0c ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }
  }

  private final byte[] bytes;
  private int at;

  DerReader(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  Value next() {
    int start = at;
    int tag = octet();
    int length = octet();
    if (length >= 0x80) {
      int count = length & 0x7f;
      if (count == 0 || count > 3) {
        throw new PkiException("asn1: structure error: length not supported");
      }
      length = 0;
      for (int i = 0; i < count; i++) {
        length = length << 8 | octet();
      }
    }
    if (length > bytes.length - at) {
      throw new PkiException("asn1: syntax error: data truncated");
    }
    byte[] content = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return new Value(tag, content, Arrays.copyOfRange(bytes, start, at));
  }

  Value next(int tag) {
    Value value = next();
    if (value.tag() != tag) {
      throw new PkiException("asn1: structure error: tags don't match");
    }
    return value;
  }

  static String oid(byte[] content) {
    StringBuilder text = new StringBuilder();
    BigInteger arc = BigInteger.ZERO;
    boolean first = true;
    for (byte octet : content) {
      arc = arc.shiftLeft(7).or(BigInteger.valueOf(octet & 0x7f));
      if ((octet & 0x80) == 0) {
        if (first) {
          int top = Math.min(2, arc.intValue() / 40);
          text.append(top).append('.').append(arc.intValue() - top * 40);
          first = false;
        } else {
          text.append('.').append(arc);
        }
        arc = BigInteger.ZERO;
      }
    }
    return text.toString();
  }

  private int octet() {
    if (at >= bytes.length) {
      throw new PkiException("asn1: syntax error: data truncated");
    }
    return bytes[at++] & 0xff;
  }
}
