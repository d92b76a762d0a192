package dev.javernetes.apiserver.pipeline;

/** A warning's text as a quoted string of RFC 7234, without control characters. */
final class WarningText {
  private WarningText() {}

  static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints()
        .forEach(point -> {
          if (point == '"' || point == '\\') {
            out.append('\\');
          }
          if (point >= 0x20 && point != 0x7f) {
            out.appendCodePoint(point);
          }
        });
    return out.append('"').toString();
  }
}
