package dev.javernetes.api.codec.decode;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.Json;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON as Go's {@code encoding/json} does, byte by byte, and complains in the same words at
 * the same place: {@code {"a":01}} is {@code invalid character '1' after object key:value pair}. It
 * never looks at what a value means; {@link TypedDecoder} and {@link UntypedDecoder} drive it.
 *
 * <p>A value is read in steps: {@link #beginValue} answers its first byte, then one of {@link
 * #string}, {@link #number}, {@link #literal}, or the member and element loops, or {@link
 * #skipValue} consumes it.
 */
final class JsonScanner {
  private static final int DEPTH_LIMIT = Json.BODY_NESTING;

  private final byte[] data;
  private int at;
  private int depth;

  JsonScanner(byte[] data) {
    this.data = data;
  }

  int position() {
    return at;
  }

  String text(int from, int to) {
    return new String(data, from, to - from, StandardCharsets.UTF_8);
  }

  byte[] bytes(int from, int to) {
    return java.util.Arrays.copyOfRange(data, from, to);
  }

  /** Skips space and answers the first byte of a value without consuming it. */
  byte beginValue() throws DecodeException {
    byte c = peek();
    return switch (c) {
      case '{', '[', '"', '-', 't', 'f', 'n', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> c;
      default -> throw unexpected("looking for beginning of value");
    };
  }

  /** After the last value: nothing but space may follow. */
  void end() throws DecodeException {
    skipSpace();
    if (at < data.length) {
      throw unexpected("after top-level value");
    }
  }

  /** Consumes {@code {} or {@code [}. */
  void open() throws DecodeException {
    at++;
    depth++;
    if (depth > DEPTH_LIMIT) {
      throw new DecodeException("exceeded max depth");
    }
  }

  /**
   * In an object, before the first or after any member: whether another member follows. Consumes
   * the comma or the closing brace.
   */
  boolean nextMember(boolean first) throws DecodeException {
    byte c = peek();
    if (c == '}') {
      at++;
      depth--;
      return false;
    }
    if (!first) {
      if (c != ',') {
        throw unexpected("after object key:value pair");
      }
      at++;
      c = peek();
    }
    if (c != '"') {
      throw unexpected("looking for beginning of object key string");
    }
    return true;
  }

  /** The colon between a member's name and its value. */
  void colon() throws DecodeException {
    if (peek() != ':') {
      throw unexpected("after object key");
    }
    at++;
  }

  boolean nextElement(boolean first) throws DecodeException {
    byte c = peek();
    if (c == ']') {
      at++;
      depth--;
      return false;
    }
    if (!first) {
      if (c != ',') {
        throw unexpected("after array element");
      }
      at++;
    }
    return true;
  }

  /** Consumes a string; a lone surrogate or a byte that is not UTF-8 becomes U+FFFD. */
  String string() throws DecodeException {
    at++;
    int start = at;
    boolean plain = true;
    while (true) {
      if (at >= data.length) {
        throw eof();
      }
      byte c = data[at];
      if (c == '"') {
        break;
      }
      if (c == '\\') {
        plain = false;
        escape();
        continue;
      }
      if (c >= 0 && c < 0x20) {
        throw unexpected("in string literal");
      }
      if (c < 0) {
        plain = false;
      }
      at++;
    }
    int end = at++;
    return plain
        ? new String(data, start, end - start, StandardCharsets.ISO_8859_1)
        : Unquoted.text(data, start, end);
  }

  /** Consumes a number and answers where it began. */
  int number() throws DecodeException {
    int start = at;
    if (data[at] == '-') {
      at++;
      requireDigit("in numeric literal");
    }
    if (data[at] == '0') {
      at++;
    } else {
      digits();
    }
    if (at < data.length && data[at] == '.') {
      at++;
      requireDigit("after decimal point in numeric literal");
      digits();
    }
    if (at < data.length && (data[at] == 'e' || data[at] == 'E')) {
      at++;
      if (at < data.length && (data[at] == '+' || data[at] == '-')) {
        at++;
      }
      requireDigit("in exponent of numeric literal");
      digits();
    }
    return start;
  }

  /** Consumes {@code true}, {@code false} or {@code null}, whichever the first byte announces. */
  void literal() throws DecodeException {
    String word = data[at] == 't' ? "true" : data[at] == 'f' ? "false" : "null";
    for (int i = 1; i < word.length(); i++) {
      at++;
      if (at >= data.length) {
        throw eof();
      }
      if (data[at] != word.charAt(i)) {
        throw unexpected("in literal " + word + " (expecting '" + word.charAt(i) + "')");
      }
    }
    at++;
  }

  void skipValue() throws DecodeException {
    switch (beginValue()) {
      case '{' -> {
        open();
        for (boolean first = true; nextMember(first); first = false) {
          string();
          colon();
          skipValue();
        }
      }
      case '[' -> {
        open();
        for (boolean first = true; nextElement(first); first = false) {
          skipValue();
        }
      }
      case '"' -> string();
      case 't', 'f', 'n' -> literal();
      default -> number();
    }
  }

  /** Whether the number consumed since {@code start} has neither fraction nor exponent. */
  boolean integral(int start) {
    for (int i = start; i < at; i++) {
      if (data[i] == '.' || data[i] == 'e' || data[i] == 'E') {
        return false;
      }
    }
    return true;
  }

  private void digits() {
    while (at < data.length && data[at] >= '0' && data[at] <= '9') {
      at++;
    }
  }

  private void requireDigit(String context) throws DecodeException {
    if (at >= data.length) {
      throw eof();
    }
    if (data[at] < '0' || data[at] > '9') {
      throw unexpected(context);
    }
  }

  private void escape() throws DecodeException {
    at++;
    if (at >= data.length) {
      throw eof();
    }
    switch (data[at]) {
      case 'b', 'f', 'n', 'r', 't', '\\', '/', '"' -> at++;
      case 'u' -> {
        at++;
        for (int i = 0; i < 4; i++, at++) {
          if (at >= data.length) {
            throw eof();
          }
          if (Character.digit(data[at], 16) < 0) {
            throw unexpected("in \\u hexadecimal character escape");
          }
        }
      }
      default -> throw unexpected("in string escape code");
    }
  }

  private byte peek() throws DecodeException {
    skipSpace();
    if (at >= data.length) {
      throw eof();
    }
    return data[at];
  }

  private void skipSpace() {
    while (at < data.length
        && (data[at] == ' ' || data[at] == '\n' || data[at] == '\t' || data[at] == '\r')) {
      at++;
    }
  }

  private static DecodeException eof() {
    return new DecodeException("unexpected end of JSON input");
  }

  private DecodeException unexpected(String context) {
    int c = data[at] & 0xff;
    String shown =
        switch (c) {
          case '\'' -> "'\\''";
          case '"' -> "'\"'";
          default -> {
            String quoted = GoQuote.quote(Character.toString(c));
            yield "'" + quoted.substring(1, quoted.length() - 1) + "'";
          }
        };
    return new DecodeException("invalid character " + shown + " " + context);
  }
}
