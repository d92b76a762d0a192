package dev.javernetes.api.codec.decode;

import dev.javernetes.api.machinery.field.GoQuote;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 3339 times as Go's {@code time.Parse} reads them, with its complaints, and as upstream writes
 * them back: in UTC, whole seconds for Time, six decimals for MicroTime.
 */
final class GoTime {
  private static final String SECONDS = "2006-01-02T15:04:05Z07:00";
  private static final String MICROS = "2006-01-02T15:04:05.000000Z07:00";
  private static final DateTimeFormatter OUT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
  private static final DateTimeFormatter OUT_MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
  private static final List<String> PIECES =
      List.of("2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05");

  private final String layout;
  private final String text;
  private String rest;
  private @Nullable String outOfRange;

  private GoTime(String layout, String text) {
    this.layout = layout;
    this.text = text;
    this.rest = text;
  }

  static @Nullable String canonical(String text) throws DecodeException {
    LocalDateTime time = new GoTime(SECONDS, text).parse();
    return zero(time) ? null : OUT.format(time) + "Z";
  }

  static @Nullable String canonicalMicro(String text) throws DecodeException {
    LocalDateTime time = new GoTime(MICROS, text).parse();
    return zero(time) ? null : OUT_MICROS.format(time) + "Z";
  }

  /** Go's zero time is written as null. */
  private static boolean zero(LocalDateTime time) {
    return time.equals(LocalDateTime.of(1, 1, 1, 0, 0));
  }

  private LocalDateTime parse() throws DecodeException {
    int[] parts = new int[6];
    int part = 0;
    for (String piece : PIECES) {
      if (Character.isDigit(piece.charAt(0))) {
        parts[part] = digits(piece);
        range(part, parts);
        part++;
      } else {
        if (!rest.startsWith(piece)) {
          throw cannotParse(rest, piece);
        }
        rest = rest.substring(piece.length());
      }
      if (outOfRange != null) {
        throw new DecodeException(
            "parsing time " + GoQuote.quote(text) + ": " + outOfRange + " out of range");
      }
    }
    int nanos = fraction();
    int offsetSeconds = zone();
    if (!rest.isEmpty()) {
      throw new DecodeException(
          "parsing time " + GoQuote.quote(text) + ": extra text: " + GoQuote.quote(rest));
    }
    if (parts[2] < 1 || parts[2] > YearMonth.of(parts[0], parts[1]).lengthOfMonth()) {
      throw new DecodeException("parsing time " + GoQuote.quote(text) + ": day out of range");
    }
    return LocalDateTime.of(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], nanos)
        .minusSeconds(offsetSeconds)
        .atOffset(ZoneOffset.UTC)
        .toLocalDateTime();
  }

  private int digits(String piece) throws DecodeException {
    int length = piece.length();
    if (piece.equals("15")
        && rest.length() >= 1
        && Character.isDigit(rest.charAt(0))
        && (rest.length() < 2 || !isDigit(rest.charAt(1)))) {
      length = 1; // Go takes a one-digit hour
    }
    if (rest.length() < length) {
      throw cannotParse(rest, piece);
    }
    for (int i = 0; i < length; i++) {
      if (!isDigit(rest.charAt(i))) {
        throw cannotParse(rest, piece);
      }
    }
    int value = Integer.parseInt(rest.substring(0, length));
    rest = rest.substring(length);
    return value;
  }

  private void range(int part, int[] parts) {
    int value = parts[part];
    outOfRange =
        switch (part) {
          case 1 -> value < 1 || value > 12 ? "month" : null;
          case 3 -> value > 23 ? "hour" : null;
          case 4 -> value > 59 ? "minute" : null;
          case 5 -> value > 59 ? "second" : null;
          default -> null;
        };
  }

  private int fraction() throws DecodeException {
    boolean exact = layout.equals(MICROS);
    if (exact && (rest.length() < 7 || rest.charAt(0) != '.' && rest.charAt(0) != ',')) {
      throw cannotParse(rest, ".000000");
    }
    if (rest.length() < 2
        || rest.charAt(0) != '.' && rest.charAt(0) != ','
        || !isDigit(rest.charAt(1))) {
      return 0;
    }
    int end = 1;
    while (end < rest.length() && isDigit(rest.charAt(end)) && (!exact || end < 7)) {
      end++;
    }
    if (exact && end < 7) {
      throw cannotParse(rest, ".000000");
    }
    String decimals = (rest.substring(1, end) + "000000000").substring(0, 9);
    rest = rest.substring(end);
    return Integer.parseInt(decimals);
  }

  private int zone() throws DecodeException {
    if (rest.startsWith("Z")) {
      rest = rest.substring(1);
      return 0;
    }
    if (rest.length() < 6
        || rest.charAt(0) != '+' && rest.charAt(0) != '-'
        || rest.charAt(3) != ':'
        || !isDigit(rest.charAt(1))
        || !isDigit(rest.charAt(2))
        || !isDigit(rest.charAt(4))
        || !isDigit(rest.charAt(5))) {
      throw cannotParse(rest, "Z07:00");
    }
    int hours = Integer.parseInt(rest.substring(1, 3));
    int minutes = Integer.parseInt(rest.substring(4, 6));
    if (hours > 24 || minutes > 60) {
      throw new DecodeException(
          "parsing time "
              + GoQuote.quote(text)
              + ": time zone offset "
              + (hours > 24 ? "hour" : "minute")
              + " out of range");
    }
    int seconds = hours * 3600 + minutes * 60;
    boolean west = rest.charAt(0) == '-';
    rest = rest.substring(6);
    return west ? -seconds : seconds;
  }

  private DecodeException cannotParse(String value, String element) {
    return new DecodeException(
        "parsing time "
            + GoQuote.quote(text)
            + " as "
            + GoQuote.quote(layout)
            + ": cannot parse "
            + GoQuote.quote(value)
            + " as "
            + GoQuote.quote(element));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
