package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Opaque;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A URL as Go's {@code net/url} takes it apart, which differs from {@code java.net.URI}: almost any
 * character may stand in a path, a host may be empty.
 */
record Url(String scheme, String host, String rawPath, String query, String text)
    implements Opaque {
  private static final String HOST_EXTRA = "-_.~!$&'()*+,;=:[]<>\"";
  private static final String PATH_EXTRA = "-_.~$&+,/:;=@";
  private static final String PATH_VALID = PATH_EXTRA + "!'()*[]";

  /** Go's ParseRequestURI: an absolute URL or an absolute path. */
  static Url parse(String text) {
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw failure(text, "net/url: invalid control character in URL");
    }
    if (text.isEmpty()) {
      throw failure(text, "empty url");
    }
    if (text.equals("*")) {
      return new Url("", "", "*", "", text);
    }
    int colon = schemeEnd(text);
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = colon < 0 ? text : text.substring(colon + 1);
    String query = "";
    int question = rest.indexOf('?');
    if (question >= 0) {
      query = rest.substring(question + 1);
      rest = rest.substring(0, question);
    }
    int hash = query.indexOf('#');
    query = hash < 0 ? query : query.substring(0, hash);
    if (!rest.startsWith("/")) {
      if (scheme.isEmpty()) {
        throw failure(text, "invalid URI for request");
      }
      return new Url(scheme, "", "", query, text);
    }
    String host = "";
    if (!scheme.isEmpty() && rest.startsWith("//")) {
      int slash = rest.indexOf('/', 2);
      String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      rest = slash < 0 ? "" : rest.substring(slash);
      host = host(text, authority);
    }
    hash = rest.indexOf('#');
    String path = hash < 0 ? rest : rest.substring(0, hash);
    checkEscapes(text, rest);
    return new Url(scheme, host, path, query, text);
  }

  private static int schemeEnd(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (letter || i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
        continue;
      }
      if (c == ':' && i == 0) {
        throw failure(text, "missing protocol scheme");
      }
      return c == ':' ? i : -1;
    }
    return -1;
  }

  private static String host(String text, String authority) {
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      boolean valid =
          authority
              .substring(0, at)
              .chars()
              .allMatch(c ->
                  c < 128
                      && (Character.isLetterOrDigit(c) || "-._:~!$&'()*+,;=%@".indexOf(c) >= 0));
      if (!valid) {
        throw failure(text, "net/url: invalid userinfo");
      }
    }
    String host = authority.substring(at + 1);
    int close = host.lastIndexOf(']');
    if (host.startsWith("[") && close < 0) {
      throw failure(text, "missing ']' in host");
    }
    int colon = host.startsWith("[") ? close + 1 : host.lastIndexOf(':');
    String port = colon >= 0 ? host.substring(colon) : "";
    if (!port.isEmpty() && !port.matches(":[0-9]*")) {
      throw failure(text, "invalid port " + Conversions.quoted(port) + " after host");
    }
    checkEscapes(text, host);
    for (char c : host.toCharArray()) {
      if (c < 128 && !Character.isLetterOrDigit(c) && HOST_EXTRA.indexOf(c) < 0 && c != '%') {
        throw failure(
            text, "invalid character " + Conversions.quoted(String.valueOf(c)) + " in host name");
      }
    }
    return host;
  }

  private static void checkEscapes(String text, String part) {
    for (int i = part.indexOf('%'); i >= 0; i = part.indexOf('%', i + 1)) {
      String escape = part.substring(i, Math.min(i + 3, part.length()));
      if (!escape.matches("%[0-9a-fA-F]{2}")) {
        throw failure(text, "invalid URL escape " + Conversions.quoted(escape));
      }
    }
  }

  private static EvaluationFailure failure(String text, String why) {
    return new EvaluationFailure("parse " + Conversions.quoted(text) + ": " + why);
  }

  String hostname() {
    if (host.startsWith("[")) {
      return host.substring(1, host.lastIndexOf(']'));
    }
    int colon = host.lastIndexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }

  String port() {
    int colon = host.startsWith("[") ? host.lastIndexOf(']') + 1 : host.lastIndexOf(':');
    return colon < 0 || colon >= host.length() ? "" : host.substring(colon + 1);
  }

  /** The path as it was written if that is properly escaped, else escaped anew. */
  String escapedPath() {
    boolean valid =
        rawPath
            .chars()
            .allMatch(c ->
                c < 128
                    && (Character.isLetterOrDigit(c) || PATH_VALID.indexOf(c) >= 0 || c == '%'));
    if (valid) {
      return rawPath;
    }
    StringBuilder escaped = new StringBuilder();
    for (byte one : unescaped(rawPath, false)) {
      int c = one & 0xff;
      if (c < 128 && (Character.isLetterOrDigit(c) || PATH_EXTRA.indexOf(c) >= 0)) {
        escaped.append((char) c);
      } else {
        escaped.append('%').append("%02X".formatted(c));
      }
    }
    return escaped.toString();
  }

  /** What is malformed is left out, as Go's {@code URL.Query} does. */
  Map<Object, Object> queryValues() {
    Map<Object, Object> values = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty() || pair.indexOf(';') >= 0) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      if (isEscaped(name) && isEscaped(value)) {
        @SuppressWarnings("unchecked") // only lists of strings are put
        List<Object> list =
            (List<Object>)
                values.computeIfAbsent(
                    new String(unescaped(name, true), StandardCharsets.UTF_8),
                    unused -> new ArrayList<>());
        list.add(new String(unescaped(value, true), StandardCharsets.UTF_8));
      }
    }
    return values;
  }

  private static boolean isEscaped(String text) {
    return text.replaceAll("%[0-9a-fA-F]{2}", "").indexOf('%') < 0;
  }

  private static byte[] unescaped(String text, boolean plusIsSpace) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int to = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte c = bytes[i];
      if (c == '%') {
        c = (byte) (Character.digit(bytes[i + 1], 16) << 4 | Character.digit(bytes[i + 2], 16));
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        c = ' ';
      }
      bytes[to++] = c;
    }
    return java.util.Arrays.copyOf(bytes, to);
  }

  @Override
  public String typeName() {
    return "kubernetes.URL";
  }
}
