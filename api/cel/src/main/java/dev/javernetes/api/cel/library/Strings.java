package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.INT;
import static dev.javernetes.api.cel.library.Kinds.STRING;
import static dev.javernetes.api.cel.library.Kinds.list;

import dev.javernetes.api.cel.value.EvaluationFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Strings: those of the language and cel-go's extension, version 2. Positions count code points, as
 * Go's runes.
 */
final class Strings {
  private Strings() {}

  static void declare(Functions functions) {
    language(functions);
    List<dev.cel.common.types.CelType> one = List.of(STRING);
    functions.member(
        "charAt",
        "string_char_at_int",
        STRING,
        List.of(STRING, INT),
        a -> charAt((String) a[0], (Long) a[1]));
    functions.member(
        "indexOf",
        "string_index_of_string",
        INT,
        List.of(STRING, STRING),
        a -> indexOf((String) a[0], (String) a[1], 0));
    functions.member(
        "indexOf",
        "string_index_of_string_int",
        INT,
        List.of(STRING, STRING, INT),
        a -> indexOf((String) a[0], (String) a[1], (Long) a[2]));
    functions.member(
        "lastIndexOf",
        "string_last_index_of_string",
        INT,
        List.of(STRING, STRING),
        a -> lastIndexOf((String) a[0], (String) a[1]));
    functions.member(
        "lastIndexOf",
        "string_last_index_of_string_int",
        INT,
        List.of(STRING, STRING, INT),
        a -> lastIndexOf((String) a[0], (String) a[1], (Long) a[2]));
    functions.member(
        "lowerAscii",
        "string_lower_ascii",
        STRING,
        one,
        a -> ascii((String) a[0], 'A', 'Z', 'a' - 'A'));
    functions.member(
        "upperAscii",
        "string_upper_ascii",
        STRING,
        one,
        a -> ascii((String) a[0], 'a', 'z', 'A' - 'a'));
    functions.member("trim", "string_trim", STRING, one, a -> trim((String) a[0]));
    functions.member(
        "replace",
        "string_replace_string_string",
        STRING,
        List.of(STRING, STRING, STRING),
        a -> replace((String) a[0], (String) a[1], (String) a[2], -1));
    functions.member(
        "replace",
        "string_replace_string_string_int",
        STRING,
        List.of(STRING, STRING, STRING, INT),
        a -> replace((String) a[0], (String) a[1], (String) a[2], (Long) a[3]));
    functions.member(
        "split",
        "string_split_string",
        list(STRING),
        List.of(STRING, STRING),
        a -> split((String) a[0], (String) a[1], -1));
    functions.member(
        "split",
        "string_split_string_int",
        list(STRING),
        List.of(STRING, STRING, INT),
        a -> split((String) a[0], (String) a[1], (Long) a[2]));
    functions.member(
        "substring",
        "string_substring_int",
        STRING,
        List.of(STRING, INT),
        a -> substring((String) a[0], (Long) a[1], length((String) a[0])));
    functions.member(
        "substring",
        "string_substring_int_int",
        STRING,
        List.of(STRING, INT, INT),
        a -> {
          long start = (Long) a[1];
          long end = (Long) a[2];
          if (start > end) {
            throw new EvaluationFailure(
                "invalid substring range. start: %d, end: %d".formatted(start, end));
          }
          return substring((String) a[0], start, end);
        });
    functions.global("strings.quote", "strings_quote", STRING, one, a -> quote((String) a[0]));
    functions.member(
        "join", "list_join", STRING, List.of(list(STRING)), a -> join((List<?>) a[0], ""));
    functions.member(
        "join",
        "list_join_string",
        STRING,
        List.of(list(STRING), STRING),
        a -> join((List<?>) a[0], (String) a[1]));
    functions.member(
        "format",
        "string_format",
        STRING,
        List.of(STRING, list(Kinds.DYN)),
        a -> StringFormat.format((String) a[0], (List<?>) a[1]));
  }

  private static void language(Functions functions) {
    functions.known("contains", a -> text(a[0]).contains(text(a[1])));
    functions.known("startsWith", a -> text(a[0]).startsWith(text(a[1])));
    functions.known("endsWith", a -> text(a[0]).endsWith(text(a[1])));
    functions.known("matches", a -> Regexes.pattern(text(a[1]), "").matcher(text(a[0])).find());
  }

  private static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw EvaluationFailure.noSuchOverload();
  }

  private static long length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static EvaluationFailure outOfRange(long index) {
    return new EvaluationFailure("index out of range: " + index);
  }

  private static String charAt(String text, long index) {
    long length = length(text);
    if (index < 0 || index > length) {
      throw outOfRange(index);
    }
    return index == length ? "" : substring(text, index, index + 1);
  }

  private static String substring(String text, long start, long end) {
    long length = length(text);
    if (start < 0 || start > length) {
      throw outOfRange(start);
    }
    if (end < 0 || end > length) {
      throw outOfRange(end);
    }
    int from = text.offsetByCodePoints(0, (int) start);
    return text.substring(from, text.offsetByCodePoints(from, (int) (end - start)));
  }

  private static long indexOf(String text, String sought, long offset) {
    if (sought.isEmpty()) {
      return offset;
    }
    if (offset < 0) {
      throw outOfRange(offset);
    }
    if (offset >= length(text)) {
      return -1;
    }
    int found = text.indexOf(sought, text.offsetByCodePoints(0, (int) offset));
    return found < 0 ? -1 : text.codePointCount(0, found);
  }

  private static long lastIndexOf(String text, String sought) {
    long length = length(text);
    if (sought.isEmpty()) {
      return length;
    }
    return text.length() < sought.length() ? -1 : lastIndexOf(text, sought, length - 1);
  }

  private static long lastIndexOf(String text, String sought, long offset) {
    if (sought.isEmpty()) {
      return offset;
    }
    if (offset < 0) {
      throw outOfRange(offset);
    }
    if (offset >= length(text)) {
      return -1;
    }
    int found = text.lastIndexOf(sought, text.offsetByCodePoints(0, (int) offset));
    return found < 0 ? -1 : text.codePointCount(0, found);
  }

  private static String ascii(String text, char first, char last, int shift) {
    return text.chars()
        .map(c -> c >= first && c <= last ? c + shift : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Go's white space: Unicode's, with U+0085 and U+00A0. */
  private static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isSpace(char c) {
    return c >= '\t' && c <= '\r' || c == 0x85 || Character.isSpaceChar(c);
  }

  /** Go's {@code strings.Replace}: an empty {@code old} matches around every character. */
  private static String replace(String text, String old, String by, long times) {
    if (times < 0) {
      return text.replace(old, by);
    }
    StringBuilder result = new StringBuilder();
    int at = 0;
    for (long i = 0; i < times; i++) {
      int found = text.indexOf(old, at);
      if (old.isEmpty() && i > 0) {
        if (at >= text.length()) {
          break;
        }
        found = text.offsetByCodePoints(at, 1);
      }
      if (found < 0) {
        break;
      }
      result.append(text, at, found).append(by);
      at = found + old.length();
    }
    return result.append(text.substring(at)).toString();
  }

  /** Go's {@code strings.SplitN}. */
  private static List<Object> split(String text, String separator, long limit) {
    List<Object> parts = new ArrayList<>();
    if (limit == 0) {
      return parts;
    }
    int at = 0;
    while (limit < 0 || parts.size() < limit - 1) {
      int found;
      if (separator.isEmpty()) {
        if (at >= text.length() || text.offsetByCodePoints(at, 1) >= text.length()) {
          break;
        }
        found = text.offsetByCodePoints(at, 1);
      } else {
        found = text.indexOf(separator, at);
      }
      if (found < 0) {
        break;
      }
      parts.add(text.substring(at, found));
      at = found + separator.length();
    }
    if (!separator.isEmpty() || !text.isEmpty()) {
      parts.add(text.substring(at));
    }
    return parts;
  }

  private static String join(List<?> parts, String separator) {
    for (Object part : parts) {
      if (!(part instanceof String)) {
        throw new EvaluationFailure("join: invalid input: " + part);
      }
    }
    return parts.stream().map(String::valueOf).collect(Collectors.joining(separator));
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case 0x07 -> quoted.append("\\a");
            case '\b' -> quoted.append("\\b");
            case '\f' -> quoted.append("\\f");
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            case 0x0b -> quoted.append("\\v");
            case '\\' -> quoted.append("\\\\");
            case '"' -> quoted.append("\\\"");
            default -> quoted.appendCodePoint(c);
          }
        });
    return quoted.append('"').toString();
  }
}
