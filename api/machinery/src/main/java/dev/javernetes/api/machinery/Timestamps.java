package dev.javernetes.api.machinery;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code meta.v1.Time} and {@code MicroTime} as text: RFC 3339 in UTC, whole seconds or exactly six
 * digits of a second.
 */
public final class Timestamps {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private Timestamps() {}

  /** {@code 2026-01-02T03:04:05Z}. */
  public static String format(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** {@code 2026-01-02T03:04:05.000006Z}. */
  public static String formatMicros(Instant time) {
    return MICROS.format(time);
  }

  /** Reads RFC 3339 with any offset; {@code DateTimeParseException} for anything else. */
  public static Instant parse(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  public static @Nullable Instant parseOrNull(String text) {
    try {
      return text.isEmpty() ? null : parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** Go's zero time, which stands for "never" in protobuf. */
  public static boolean isZero(Instant time) {
    return time.getEpochSecond() == -62135596800L && time.getNano() == 0;
  }
}
