package dev.javernetes.api.machinery.field;

/**
 * Go's {@code %q}: a string in double quotes with Go's escapes, which upstream's messages are full
 * of.
 */
public final class GoQuote {
  private GoQuote() {}

  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(point -> escape(point, out));
    return out.append('"').toString();
  }

  private static void escape(int point, StringBuilder out) {
    switch (point) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 0x07 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case 0x0b -> out.append("\\v");
      default -> {
        if (point < 0x20 || point == 0x7f) {
          out.append(String.format("\\x%02x", point));
        } else if (!isPrintable(point)) {
          out.append(
              point < 0x10000 ? String.format("\\u%04x", point) : String.format("\\U%08x", point));
        } else {
          out.appendCodePoint(point);
        }
      }
    }
  }

  /** Go's {@code unicode.IsPrint}. */
  public static boolean isPrintable(int point) {
    if (point == ' ') {
      return true;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
