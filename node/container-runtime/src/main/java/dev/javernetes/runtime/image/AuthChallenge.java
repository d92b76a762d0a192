package dev.javernetes.runtime.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One challenge of a {@code WWW-Authenticate} header, RFC 9110 §11.6.1.
 *
 * <p>{@code Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull"}
 * reads as scheme {@code bearer} with three parameters. A header may hold several challenges, and
 * commas separate both them and their parameters.
 */
record AuthChallenge(String scheme, Map<String, String> parameters) {
  AuthChallenge {
    parameters = Map.copyOf(parameters);
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  static List<AuthChallenge> parse(String header) {
    List<AuthChallenge> challenges = new ArrayList<>();
    var scanner = new Scanner(header);
    String scheme = "";
    Map<String, String> parameters = new LinkedHashMap<>();
    while (scanner.skipSeparators()) {
      String word = scanner.token();
      if (word.isEmpty()) {
        // a stray character: nothing that follows can be trusted
        break;
      }
      if (scanner.take('=')) {
        parameters.put(word.toLowerCase(Locale.ROOT), scanner.value());
        continue;
      }
      if (!scheme.isEmpty()) {
        challenges.add(new AuthChallenge(scheme, parameters));
      }
      scheme = word.toLowerCase(Locale.ROOT);
      parameters = new LinkedHashMap<>();
    }
    if (!scheme.isEmpty()) {
      challenges.add(new AuthChallenge(scheme, parameters));
    }
    return challenges;
  }

  private static final class Scanner {
    private final String text;
    private int at;

    Scanner(String text) {
      this.text = text;
    }

    boolean skipSeparators() {
      while (at < text.length() && " \t,".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return at < text.length();
    }

    String token() {
      int start = at;
      while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(start, at);
    }

    boolean take(char wanted) {
      int here = at;
      while (here < text.length() && text.charAt(here) == ' ') {
        here++;
      }
      if (here < text.length() && text.charAt(here) == wanted) {
        at = here + 1;
        return true;
      }
      return false;
    }

    String value() {
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
      if (at >= text.length() || text.charAt(at) != '"') {
        return token();
      }
      var value = new StringBuilder();
      for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at));
      }
      at++;
      return value.toString();
    }
  }
}
