package dev.javernetes.api.codec.protobuf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads protobuf's wire format from a part of an array; every overrun is a clear error. */
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int GROUP = 3;
  static final int END_GROUP = 4;
  static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int end;
  private int position;
  private int wireType;

  WireReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private WireReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.position = from;
    this.end = end;
  }

  void skipByte() throws ProtobufSyntaxException {
    need(1);
    position++;
  }

  boolean atEnd() {
    return position >= end;
  }

  /** The next field's number; its wire type is then {@link #wireType}. */
  int field() throws ProtobufSyntaxException {
    long tag = varint();
    int number = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    if (number <= 0 || tag >>> 32 != 0) {
      throw new ProtobufSyntaxException("proto: illegal tag " + tag);
    }
    return number;
  }

  int wireType() {
    return wireType;
  }

  long varint() throws ProtobufSyntaxException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position >= end) {
        throw truncated();
      }
      byte next = bytes[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new ProtobufSyntaxException("proto: integer overflow");
  }

  long fixed64() throws ProtobufSyntaxException {
    long value = 0;
    need(8);
    for (int i = 0; i < 8; i++) {
      value |= (bytes[position++] & 0xffL) << (8 * i);
    }
    return value;
  }

  byte[] raw() throws ProtobufSyntaxException {
    int length = length();
    byte[] content = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return content;
  }

  String text() throws ProtobufSyntaxException {
    int length = length();
    String content = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return content;
  }

  WireReader message() throws ProtobufSyntaxException {
    int length = length();
    WireReader inner = new WireReader(bytes, position, position + length);
    position += length;
    return inner;
  }

  void skip() throws ProtobufSyntaxException {
    skip(wireType, 0);
  }

  private void skip(int type, int depth) throws ProtobufSyntaxException {
    switch (type) {
      case VARINT -> varint();
      case FIXED64 -> {
        need(8);
        position += 8;
      }
      case FIXED32 -> {
        need(4);
        position += 4;
      }
      case LENGTH -> {
        int length = length();
        position += length;
      }
      case GROUP -> {
        if (depth > ProtobufCodec.NESTING_LIMIT) {
          throw new ProtobufSyntaxException("proto: exceeded maximum recursion depth");
        }
        while (true) {
          field();
          if (wireType == END_GROUP) {
            return;
          }
          skip(wireType, depth + 1);
        }
      }
      default -> throw new ProtobufSyntaxException("proto: illegal wireType " + type);
    }
  }

  void expect(int type, String field) throws ProtobufSyntaxException {
    if (wireType != type) {
      throw new ProtobufSyntaxException(
          "proto: wrong wireType = " + wireType + " for field " + field);
    }
  }

  private int length() throws ProtobufSyntaxException {
    long length = varint();
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw new ProtobufSyntaxException("proto: negative length found during unmarshaling");
    }
    need((int) length);
    return (int) length;
  }

  private void need(int count) throws ProtobufSyntaxException {
    if (count > end - position) {
      throw truncated();
    }
  }

  private static ProtobufSyntaxException truncated() {
    return new ProtobufSyntaxException("unexpected EOF");
  }
}
