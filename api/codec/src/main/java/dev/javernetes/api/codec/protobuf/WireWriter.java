package dev.javernetes.api.codec.protobuf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf's wire format back to front: when a message's header is due its content stands
 * already, so lengths need neither a first pass nor inner buffers.
 *
 * <pre>{@code
 * int end = out.mark();
 * ... write the content's fields, last one first ...
 * out.messageHeader(number, end);
 * }</pre>
 */
final class WireWriter {
  private byte[] bytes;
  private int start;

  WireWriter() {
    this(1024);
  }

  WireWriter(int expectedBytes) {
    bytes = new byte[expectedBytes];
    start = expectedBytes;
  }

  /** How much is written: the place before which the next content ends. */
  int mark() {
    return bytes.length - start;
  }

  void messageHeader(int number, int mark) {
    header(number, mark() - mark);
  }

  /** Before a content of that many bytes, which stands elsewhere. */
  void header(int number, long contentBytes) {
    varint(contentBytes);
    tag(number, WireReader.LENGTH);
  }

  void varintField(int number, long value) {
    varint(value);
    tag(number, WireReader.VARINT);
  }

  void doubleField(int number, double value) {
    long bits = Double.doubleToRawLongBits(value);
    room(8);
    start -= 8;
    for (int i = 0; i < 8; i++) {
      bytes[start + i] = (byte) (bits >>> (8 * i));
    }
    tag(number, WireReader.FIXED64);
  }

  void textField(int number, String value) {
    bytesField(number, value.getBytes(StandardCharsets.UTF_8));
  }

  void bytesField(int number, byte[] value) {
    raw(value);
    varint(value.length);
    tag(number, WireReader.LENGTH);
  }

  void raw(byte[] value) {
    room(value.length);
    start -= value.length;
    System.arraycopy(value, 0, bytes, start, value.length);
  }

  byte[] done() {
    return Arrays.copyOfRange(bytes, start, bytes.length);
  }

  private void tag(int number, int wireType) {
    varint((long) number << 3 | wireType);
  }

  private void varint(long value) {
    int size = 1;
    for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
      size++;
    }
    room(size);
    start -= size;
    long rest = value;
    for (int i = start; i < start + size - 1; i++) {
      bytes[i] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    bytes[start + size - 1] = (byte) rest;
  }

  private void room(int count) {
    if (start < count) {
      int used = bytes.length - start;
      byte[] larger = new byte[Math.max(bytes.length * 2, used + count + 1024)];
      System.arraycopy(bytes, start, larger, larger.length - used, used);
      start = larger.length - used;
      bytes = larger;
    }
  }
}
