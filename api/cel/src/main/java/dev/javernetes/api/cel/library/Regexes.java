package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.INT;
import static dev.javernetes.api.cel.library.Kinds.STRING;
import static dev.javernetes.api.cel.library.Kinds.list;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.javernetes.api.cel.value.EvaluationFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code find} and {@code findAll} with Go's regular expressions, which take linear time. */
public final class Regexes {
  private static final int REMEMBERED = 500;
  private static final Map<String, Pattern> PATTERNS =
      java.util.Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Pattern> eldest) {
              return size() > REMEMBERED;
            }
          });

  private Regexes() {}

  static void declare(Functions functions) {
    functions.member(
        "find",
        "string_find_string",
        STRING,
        List.of(STRING, STRING),
        a -> {
          Matcher matcher = pattern((String) a[1], "Illegal regex: ").matcher((String) a[0]);
          return matcher.find() ? matcher.group() : "";
        });
    functions.member(
        "findAll",
        "string_find_all_string",
        list(STRING),
        List.of(STRING, STRING),
        a -> findAll((String) a[0], (String) a[1], -1));
    functions.member(
        "findAll",
        "string_find_all_string_int",
        list(STRING),
        List.of(STRING, STRING, INT),
        a -> findAll((String) a[0], (String) a[1], (Long) a[2]));
  }

  private static List<Object> findAll(String text, String pattern, long limit) {
    Matcher matcher = pattern(pattern, "Illegal regex: ").matcher(text);
    List<Object> found = new ArrayList<>();
    while ((limit < 0 || found.size() < limit) && matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  /** Fails if {@code pattern} is none. */
  public static void check(String pattern) {
    pattern(pattern, "");
  }

  /** Fails with {@code prefix} and the words of Go's regexp. */
  static Pattern pattern(String pattern, String prefix) {
    Pattern known = PATTERNS.get(pattern);
    if (known != null) {
      return known;
    }
    try {
      Pattern compiled = Pattern.compile(pattern);
      PATTERNS.put(pattern, compiled);
      return compiled;
    } catch (PatternSyntaxException bad) {
      throw new EvaluationFailure(
          "%serror parsing regexp: %s: `%s`"
              .formatted(prefix, bad.getDescription(), bad.getPattern()));
    }
  }
}
