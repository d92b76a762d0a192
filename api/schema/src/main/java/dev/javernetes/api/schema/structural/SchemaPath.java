package dev.javernetes.api.schema.structural;

import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON path of a custom resource definition, followed through a schema: {@code
 * .spec.labels['a/b']}.
 *
 * @param names the names on the way: {@code [spec, labels, a/b]}
 * @param schema what it leads to
 */
public record SchemaPath(FieldPath path, List<String> names, Schema schema) {
  public SchemaPath {
    names = List.copyOf(names);
  }

  /** A path that leads nowhere; says why in upstream's words. */
  public static final class UnresolvedException extends Exception {
    private static final long serialVersionUID = 1;

    UnresolvedException(String message) {
      super(message);
    }
  }

  /**
   * Follows {@code jsonPath} from {@code root}.
   *
   * @param brackets whether names in brackets are allowed
   */
  public static SchemaPath resolve(String jsonPath, Schema root, boolean brackets)
      throws UnresolvedException {
    List<String> tokens = tokens(jsonPath);
    FieldPath path = FieldPath.ROOT;
    List<String> names = new ArrayList<>();
    Schema schema = root;
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      String name;
      if (token.equals("[")) {
        if (!brackets) {
          throw new UnresolvedException("array notation is not allowed");
        }
        name = unquoted(next(tokens, i + 1));
        if (!next(tokens, i + 2).equals("]")) {
          throw new UnresolvedException("expected ] but got " + tokens.get(i + 2));
        }
        i += 2;
      } else if (token.equals(".")) {
        name = next(tokens, i + 1);
        i++;
      } else {
        throw new UnresolvedException("expected [ or . but got: " + token);
      }
      boolean struct = !schema.properties().isEmpty();
      Schema inner = struct ? schema.property(name) : schema.additionalProperties();
      if (inner == null) {
        throw new UnresolvedException("does not refer to a valid field");
      }
      path = struct ? path.child(name) : path.key(name);
      names.add(name);
      schema = inner;
    }
    return new SchemaPath(path, names, schema);
  }

  private static String next(List<String> tokens, int at) throws UnresolvedException {
    if (at >= tokens.size()) {
      throw new UnresolvedException("unexpected end of JSON path");
    }
    return tokens.get(at);
  }

  private static String unquoted(String token) throws UnresolvedException {
    if (token.length() < 2 || !token.startsWith("'") || !token.endsWith("'")) {
      throw new UnresolvedException("expected single quoted string but got " + token);
    }
    return token.substring(1, token.length() - 1).replace("\\'", "'").replace("\\\\", "\\");
  }

  /** Dots, brackets and what stands between them; a quoted name is one token. */
  private static List<String> tokens(String jsonPath) {
    List<String> tokens = new ArrayList<>();
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < jsonPath.length(); i++) {
      char c = jsonPath.charAt(i);
      if (quoted) {
        quoted = c != '\'' || jsonPath.charAt(i - 1) == '\\';
      } else if (c == '\'' && i == start) {
        quoted = true;
      } else if (c == '.' || c == '[' || c == ']') {
        if (i > start) {
          tokens.add(jsonPath.substring(start, i));
        }
        tokens.add(String.valueOf(c));
        start = i + 1;
      }
    }
    if (start < jsonPath.length()) {
      tokens.add(jsonPath.substring(start));
    }
    return tokens;
  }
}
