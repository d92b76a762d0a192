package dev.javernetes.kubelet.server;

import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a log a client wants.
 *
 * @param tailLines null for all
 * @param limitBytes null for no limit
 * @param stream {@code stdout}, {@code stderr} or empty for both
 */
record LogOptions(
    boolean follow,
    boolean previous,
    boolean timestamps,
    @Nullable Instant since,
    @Nullable Long tailLines,
    @Nullable Long limitBytes,
    String stream) {

  /** Throws IllegalArgumentException with a message for the client. */
  static LogOptions of(Call call, Instant now) {
    Instant since = null;
    String sinceSeconds = call.query("sinceSeconds");
    String sinceTime = call.query("sinceTime");
    if (sinceSeconds != null && sinceTime != null) {
      throw new IllegalArgumentException(
          "at most one of sinceTime or sinceSeconds may be specified");
    }
    if (sinceSeconds != null) {
      since = now.minusSeconds(number("sinceSeconds", sinceSeconds, 1));
    } else if (sinceTime != null) {
      try {
        since = Instant.parse(sinceTime);
      } catch (DateTimeException problem) {
        throw new IllegalArgumentException("sinceTime is no RFC 3339 time: " + sinceTime, problem);
      }
    }
    String tail = call.query("tailLines");
    String limit = call.query("limitBytes");
    String stream = call.query("stream");
    return new LogOptions(
        call.flag("follow"),
        call.flag("previous"),
        call.flag("timestamps"),
        since,
        tail == null || tail.equals("all") ? null : (Long) number("tailLines", tail, 0),
        limit == null ? null : (Long) number("limitBytes", limit, 1),
        stream == null || stream.equals("All") ? "" : stream.toLowerCase(java.util.Locale.ROOT));
  }

  private static long number(String name, String text, long least) {
    try {
      long value = Long.parseLong(text);
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException notNumber) {
      // told below
    }
    throw new IllegalArgumentException(
        name + " must be a number of at least " + least + ": " + text);
  }
}
