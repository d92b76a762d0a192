package dev.javernetes.apiserver.strategy.networking;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import java.util.regex.Pattern;

/** A path under somebody's domain, as a controller or signer is named: {@code acme.io/foo}. */
public final class DomainPath {
  private static final String PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  private static final Pattern PATTERN = Pattern.compile(PATH);

  private DomainPath() {}

  public static void validate(String value, FieldPath path, ErrorList errors) {
    if (value.isEmpty()) {
      errors.required(path, "");
      return;
    }
    int slash = value.indexOf('/');
    if (slash <= 0 || slash == value.length() - 1) {
      errors.invalid(path, value, "must be a domain-prefixed path (such as \"acme.io/foo\")");
      return;
    }
    String host = value.substring(0, slash);
    for (String problem : NameFormats.dnsSubdomain(host)) {
      errors.invalid(path, host, problem);
    }
    String rest = value.substring(slash + 1);
    if (!PATTERN.matcher(rest).matches()) {
      errors.invalid(path, rest, NameFormats.regexError("Invalid path", PATH));
    }
  }
}
