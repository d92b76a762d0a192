package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.BOOL;
import static dev.javernetes.api.cel.library.Kinds.STRING;
import static dev.javernetes.api.cel.library.Kinds.URL;
import static dev.javernetes.api.cel.library.Kinds.list;

import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.javernetes.api.cel.value.EvaluationFailure;
import java.util.List;
import java.util.function.Function;

/** Kubernetes' {@code url}. */
final class Urls {
  private Urls() {}

  static void declare(Functions functions) {
    functions.global(
        "url",
        "string_to_url",
        URL,
        List.of(STRING),
        a -> {
          try {
            return Url.parse((String) a[0]);
          } catch (EvaluationFailure bad) {
            throw new EvaluationFailure(
                "URL parse error during conversion from string: " + bad.reason());
          }
        });
    functions.global(
        "isURL",
        "is_url_string",
        BOOL,
        List.of(STRING),
        a -> {
          try {
            Url.parse((String) a[0]);
            return true;
          } catch (EvaluationFailure bad) {
            return false;
          }
        });
    part(functions, "getScheme", "url_get_scheme", STRING, Url::scheme);
    part(functions, "getHost", "url_get_host", STRING, Url::host);
    part(functions, "getHostname", "url_get_hostname", STRING, Url::hostname);
    part(functions, "getPort", "url_get_port", STRING, Url::port);
    part(functions, "getEscapedPath", "url_get_escaped_path", STRING, Url::escapedPath);
    part(
        functions,
        "getQuery",
        "url_get_query",
        MapType.create(STRING, list(STRING)),
        Url::queryValues);
  }

  private static void part(
      Functions functions, String name, String id, CelType result, Function<Url, Object> part) {
    functions.member(name, id, result, List.of(URL), a -> part.apply((Url) a[0]));
  }
}
