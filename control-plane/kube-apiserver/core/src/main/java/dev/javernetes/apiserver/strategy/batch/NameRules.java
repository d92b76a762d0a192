package dev.javernetes.apiserver.strategy.batch;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;

/** Names with a domain in front. */
final class NameRules {
  private static final String FORM = "must be a domain-prefixed path (such as \"acme.io/foo\")";
  private static final String INVALID_PATH = "Invalid path (\"%s\")";

  private NameRules() {}

  static void domainPrefixedPath(String value, FieldPath path, ErrorList errors) {
    if (value.isEmpty()) {
      errors.required(path, "");
      return;
    }
    int slash = value.indexOf('/');
    if (slash <= 0 || slash == value.length() - 1) {
      errors.invalid(path, value, FORM);
      return;
    }
    for (String problem : NameFormats.dnsSubdomain(value.substring(0, slash))) {
      errors.invalid(path, value.substring(0, slash), problem);
    }
    String rest = value.substring(slash + 1);
    if (!rest.matches("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+")) {
      errors.invalid(path, rest, INVALID_PATH.formatted(rest));
    }
  }
}
