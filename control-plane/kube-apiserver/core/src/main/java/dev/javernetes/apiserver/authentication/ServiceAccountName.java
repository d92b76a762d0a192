package dev.javernetes.apiserver.authentication;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A service account as a user: {@code system:serviceaccount:NAMESPACE:NAME}. */
public record ServiceAccountName(String namespace, String name) {
  private static final String PREFIX = "system:serviceaccount:";
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** Empty for a user that is no service account. */
  public static Optional<ServiceAccountName> parse(String userName) {
    if (!userName.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String[] parts = userName.substring(PREFIX.length()).split(":", -1);
    if (parts.length != 2
        || !LABEL.matcher(parts[0]).matches()
        || parts[1].length() > 253
        || !SUBDOMAIN.matcher(parts[1]).matches()) {
      return Optional.empty();
    }
    return Optional.of(new ServiceAccountName(parts[0], parts[1]));
  }

  public String userName() {
    return PREFIX + namespace + ":" + name;
  }

  public List<String> groups() {
    return List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace);
  }
}
