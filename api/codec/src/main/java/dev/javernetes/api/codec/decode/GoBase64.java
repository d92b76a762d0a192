package dev.javernetes.api.codec.decode;

import java.util.Base64;

/**
 * Go's {@code base64.StdEncoding}: padded, line breaks ignored, the offending byte's position in
 * the complaint.
 */
final class GoBase64 {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private GoBase64() {}

  static byte[] decode(String text) throws DecodeException {
    StringBuilder clean = new StringBuilder(text.length());
    int i = 0;
    int inQuantum = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') {
        i++;
        continue;
      }
      if (c == '=') {
        padding(text, i, inQuantum, clean);
        return Base64.getDecoder().decode(clean.toString());
      }
      if (ALPHABET.indexOf(c) < 0) {
        throw corrupt(i);
      }
      clean.append(c);
      inQuantum = inQuantum + 1 & 3;
      i++;
    }
    if (inQuantum != 0) {
      throw corrupt(i - inQuantum);
    }
    return Base64.getDecoder().decode(clean.toString());
  }

  private static void padding(String text, int at, int inQuantum, StringBuilder clean)
      throws DecodeException {
    if (inQuantum < 2) {
      throw corrupt(at);
    }
    int i = at + 1;
    clean.append('=');
    if (inQuantum == 2) {
      while (i < text.length() && isBreak(text.charAt(i))) {
        i++;
      }
      if (i == text.length()) {
        throw corrupt(text.length());
      }
      if (text.charAt(i) != '=') {
        throw corrupt(i);
      }
      clean.append('=');
      i++;
    }
    while (i < text.length() && isBreak(text.charAt(i))) {
      i++;
    }
    if (i < text.length()) {
      throw corrupt(i);
    }
  }

  private static boolean isBreak(char c) {
    return c == '\n' || c == '\r';
  }

  private static DecodeException corrupt(int at) {
    return new DecodeException("illegal base64 data at input byte " + at);
  }
}
