package dev.javernetes.apiserver.authentication;

import dev.javernetes.apiserver.request.UserInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Users listed in a CSV file, {@code secret,user,uid,"group1,group2"} a line: the secret is a
 * bearer token (static token file) or a password (basic file).
 */
final class UserFiles {
  private UserFiles() {}

  private record Entry(String secret, UserInfo user) {}

  /** Bearer tokens from a static token file's text. */
  static TokenAuthenticator tokens(String csv) {
    Map<String, UserInfo> users = new LinkedHashMap<>();
    for (Entry entry : parse(csv, "token file")) {
      users.put(entry.secret, entry.user);
    }
    return (token, audiences) -> {
      UserInfo user = users.get(token);
      return user == null ? null : new TokenAuthenticator.TokenUser(user, audiences);
    };
  }

  /** Passwords from a basic file's text. */
  static BasicUsers passwords(String csv) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Entry entry : parse(csv, "basic auth file")) {
      entries.put(entry.user.name(), entry);
    }
    return (name, password) -> {
      Entry entry = entries.get(name);
      if (entry == null) {
        return null;
      }
      boolean equal =
          MessageDigest.isEqual(
              entry.secret.getBytes(StandardCharsets.UTF_8),
              password.getBytes(StandardCharsets.UTF_8));
      return equal ? entry.user : null;
    };
  }

  /** Knows users by name and password. */
  @FunctionalInterface
  interface BasicUsers {
    @Nullable UserInfo user(String name, String password);
  }

  private static List<Entry> parse(String csv, String what) {
    List<Entry> entries = new ArrayList<>();
    int number = 0;
    for (String line : csv.split("\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      List<String> columns = columns(line.strip());
      if (columns.size() < 3 || columns.get(0).isEmpty()) {
        throw new IllegalArgumentException(
            "%s, line %d: a line is SECRET,USER,UID[,\"GROUP,...\"]".formatted(what, number));
      }
      List<String> groups =
          columns.size() > 3 && !columns.get(3).isEmpty()
              ? List.of(columns.get(3).split(","))
              : List.of();
      entries.add(
          new Entry(
              columns.get(0), new UserInfo(columns.get(1), columns.get(2), groups, Map.of())));
    }
    return entries;
  }

  private static List<String> columns(String line) {
    List<String> columns = new ArrayList<>();
    StringBuilder column = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          column.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        columns.add(column.toString().strip());
        column.setLength(0);
      } else {
        column.append(c);
      }
    }
    columns.add(column.toString().strip());
    return columns;
  }
}
