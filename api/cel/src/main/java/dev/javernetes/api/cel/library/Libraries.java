package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.STRING;

import java.util.List;

/**
 * All functions of a Kubernetes 1.36 API server's expressions. Upstream's environment grows with
 * its compatibility version; none of the libraries came later than 1.35, so that expressions that
 * are new and those that are stored already see the same.
 */
public final class Libraries {
  private static final Functions KUBERNETES = make(false);
  private static final Functions PATCHING = make(true);

  private Libraries() {}

  public static Functions kubernetes() {
    return KUBERNETES;
  }

  /** With {@code jsonpatch.escapeKey}, which only mutating policies know. */
  public static Functions patching() {
    return PATCHING;
  }

  /** How long the expression of a format counts, by which validating with it costs. */
  public static int formatRegexSize(Object format) {
    return format instanceof NamedFormat named ? named.regexSize() : 0;
  }

  private static Functions make(boolean patching) {
    Functions functions = new Functions();
    Operators.declare(functions);
    Conversions.declare(functions);
    Times.declare(functions);
    Strings.declare(functions);
    Regexes.declare(functions);
    Lists.declare(functions);
    Sets.declare(functions);
    Optionals.declare(functions);
    Urls.declare(functions);
    Networks.declare(functions);
    Quantities.declare(functions);
    Semvers.declare(functions);
    Formats.declare(functions);
    Authorizers.declare(functions);
    if (patching) {
      functions.global(
          "jsonpatch.escapeKey",
          "string_jsonpatch_escapeKey_string",
          STRING,
          List.of(STRING),
          a -> ((String) a[0]).replace("~", "~0").replace("/", "~1"));
    }
    return functions;
  }
}
