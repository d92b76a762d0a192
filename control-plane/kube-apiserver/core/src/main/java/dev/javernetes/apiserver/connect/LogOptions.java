package dev.javernetes.apiserver.connect;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.request.QueryParameters;
import org.jspecify.annotations.Nullable;

/** What may be asked of a log: PodLogOptions, as they stand in the query. */
final class LogOptions {
  private LogOptions() {}

  static void check(String pod, QueryParameters query) {
    Long tailLines = number(query, "tailLines");
    Long limitBytes = number(query, "limitBytes");
    Long sinceSeconds = number(query, "sinceSeconds");
    ErrorList errors = new ErrorList();
    if (tailLines != null && tailLines < 0) {
      errors.invalid(FieldPath.of("tailLines"), tailLines, "must be greater than or equal to 0");
    }
    if (limitBytes != null && limitBytes < 1) {
      errors.invalid(FieldPath.of("limitBytes"), limitBytes, "must be greater than 0");
    }
    if (sinceSeconds != null && !query.get("sinceTime").isEmpty()) {
      errors.add(
          new FieldError(
              FieldError.Type.FORBIDDEN,
              "[]", // Go's print of a path without a name
              null,
              "at most one of `sinceTime` or `sinceSeconds` may be specified",
              false));
    } else if (sinceSeconds != null && sinceSeconds < 1) {
      errors.invalid(FieldPath.of("sinceSeconds"), sinceSeconds, "must be greater than 0");
    }
    if (query.has("stream")) { // the gate PodLogsQuerySplitStreams is off in 1.36
      errors.forbidden(FieldPath.of("stream"), "may not be specified");
    }
    if (!errors.isEmpty()) {
      throw ApiException.invalid("", "PodLogOptions", pod, errors);
    }
  }

  private static @Nullable Long number(QueryParameters query, String name) {
    String text = query.first(name);
    if (text == null) {
      return null;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      throw ApiException.badRequest(
          "strconv.ParseInt: parsing "
              + GoQuote.quote(text)
              + (text.matches("[+-]?[0-9]+") ? ": value out of range" : ": invalid syntax"));
    }
  }
}
