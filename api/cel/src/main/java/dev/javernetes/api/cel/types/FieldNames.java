package dev.javernetes.api.cel.types;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Property names as identifiers: {@code my-field} is {@code my__dash__field} in an expression, and
 * {@code namespace} is {@code __namespace__}.
 */
public final class FieldNames {
  private static final Set<String> RESERVED =
      Set.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");
  private static final Pattern WRITABLE = Pattern.compile("[a-zA-Z_./-][a-zA-Z0-9_./-]*");
  private static final Pattern ESCAPE = Pattern.compile("__|[-./]");

  private FieldNames() {}

  /** {@code null} if the name cannot be written in an expression. */
  public static @Nullable String escape(String name) {
    if (RESERVED.contains(name)) {
      return "__" + name + "__";
    }
    if (!WRITABLE.matcher(name).matches()) {
      return null;
    }
    return ESCAPE
        .matcher(name)
        .replaceAll(match ->
            switch (match.group()) {
              case "__" -> "__underscores__";
              case "." -> "__dot__";
              case "-" -> "__dash__";
              default -> "__slash__";
            });
  }

  static boolean isReserved(String name) {
    return RESERVED.contains(name);
  }
}
