package dev.javernetes.apiserver.strategy.certificates;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;

/** Signers are named like {@code example.com/signer-name}. */
final class SignerNames {
  private static final int LIMIT = 253 + 1 + 253 + 1 + 63;

  private SignerNames() {}

  static void validate(String name, FieldPath path, ErrorList errors) {
    if (name.isEmpty()) {
      errors.required(path, "");
      return;
    }
    String[] parts = name.split("/", -1);
    if (parts.length != 2) {
      errors.invalid(
          path,
          name,
          "must be a fully qualified domain and path of the form 'example.com/signer-name'");
      return;
    }
    String domain = parts[0];
    if (!NameFormats.isDnsSubdomain(domain)) {
      NameFormats.dnsSubdomain(domain).forEach(problem -> errors.invalid(path, domain, problem));
    } else if (domain.indexOf('.') < 0) {
      errors.invalid(
          path, domain, "should be a domain with at least two segments separated by dots");
    }
    for (String problem : NameFormats.dnsSubdomain(parts[1])) {
      errors.invalid(path, parts[1], problem);
    }
    if (name.length() > LIMIT) {
      errors.tooLong(path, LIMIT);
    }
  }
}
