package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.machinery.status.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a list in pages goes on: at {@code start} (behind the list's key prefix) as things were at
 * {@code revision}, or {@link #AS_NOW}.
 */
record ContinueToken(long revision, String start) {
  static final long AS_NOW = -1;

  private static final String VERSION = "meta.k8s.io/v1";
  private static final String INVALID = "invalid continue token: continue key is not valid: ";

  String encode() {
    JsonObject token = JsonObject.of("v", VERSION, "rv", revision, "start", start);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(token));
  }

  static ContinueToken decode(String text) {
    byte[] decoded = decodeBase64(text);
    JsonObject token;
    try {
      token = Json.parseObject(decoded);
    } catch (JsonSyntaxException problem) {
      throw ApiException.badRequest(INVALID + goSyntaxError(decoded, problem));
    }
    String version = token.string("v");
    if (!version.equals(VERSION)) {
      throw ApiException.badRequest(
          INVALID + "server does not recognize this encoded version " + version);
    }
    long revision = token.integer("rv");
    if (revision == 0) {
      throw ApiException.badRequest(
          INVALID + "incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
    }
    String start = token.string("start");
    if (start.isEmpty()) {
      throw ApiException.badRequest(INVALID + "encoded start key empty (version meta.k8s.io/v1)");
    }
    String cleaned = clean("/" + start);
    if (!cleaned.equals("/" + start)) {
      throw ApiException.badRequest(INVALID + start);
    }
    return new ContinueToken(revision, start);
  }

  private static byte[] decodeBase64(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || c == '-'
          || c == '_')) {
        throw ApiException.badRequest(INVALID + "illegal base64 data at input byte " + i);
      }
    }
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException problem) {
      throw ApiException.badRequest(INVALID + "illegal base64 data at input byte " + text.length());
    }
  }

  private static String goSyntaxError(byte[] decoded, JsonSyntaxException problem) {
    if (decoded.length == 0) {
      return "unexpected end of JSON input";
    }
    int first = decoded[0] & 0xff;
    if (first != '{') {
      String shown =
          GoQuote.quote(new String(new byte[] {decoded[0]}, StandardCharsets.ISO_8859_1));
      return "invalid character '"
          + shown.substring(1, shown.length() - 1)
          + "' looking for beginning of value";
    }
    return String.valueOf(problem.getMessage());
  }

  /** Go's {@code path.Clean} for a rooted path, as far as it tells dots and double slashes. */
  private static String clean(String path) {
    String[] parts = path.split("/", -1);
    for (int i = 1; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      if (parts[i].equals(".") || parts[i].equals("..") || (parts[i].isEmpty() && !last)) {
        return "";
      }
    }
    return path;
  }
}
