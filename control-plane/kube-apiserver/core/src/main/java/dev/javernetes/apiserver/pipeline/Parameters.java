package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.request.QueryParameters;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads query parameters as upstream's conversions do. */
final class Parameters {
  private Parameters() {}

  /** Everything but {@code false} and {@code 0} is true, even the empty string. */
  static boolean bool(QueryParameters query, String name) {
    String value = query.first(name);
    return value != null && !value.equals("0") && !value.toLowerCase(Locale.ROOT).equals("false");
  }

  static @Nullable Long integer(QueryParameters query, String name) {
    String value = query.first(name);
    if (value == null) {
      return null;
    }
    try {
      return Long.parseLong(value.startsWith("+") ? value.substring(1) : value);
    } catch (NumberFormatException notANumber) {
      boolean digits = value.matches("[+-]?[0-9]+");
      throw ApiException.badRequest(
          "strconv.ParseInt: parsing "
              + GoQuote.quote(value)
              + (digits ? ": value out of range" : ": invalid syntax"));
    }
  }
}
