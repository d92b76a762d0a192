package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.pod.VolumeSources;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The names of devices, pools, attributes and whatever else has a name here. */
final class DeviceNames {
  private static final int POOL_LIMIT = 253;
  private static final int ID_LIMIT = 32;
  private static final int DOMAIN_LIMIT = 63;

  /** How long the key of an attribute or a capacity can be. */
  static final int KEY_LIMIT = DOMAIN_LIMIT + 1 + ID_LIMIT;

  private static final Pattern C_IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private DeviceNames() {}

  /** {@code a.example.com/rack-1}: DNS subdomains with slashes between them. */
  static void pool(String name, FieldPath path, ErrorList errors) {
    if (name.isEmpty()) {
      errors.required(path, "");
      return;
    }
    if (name.length() > POOL_LIMIT) {
      errors.tooLong(path, POOL_LIMIT);
    }
    for (String part : name.split("/", -1)) {
      FieldRules.dnsSubdomain(part, path, errors);
    }
  }

  /** {@code model} or {@code gpu.example.com/model}. */
  static void qualified(String name, FieldPath path, ErrorList errors) {
    String[] parts = name.split("/", -1);
    if (parts.length == 1) {
      identifier(parts[0], path, errors);
    } else if (parts.length == 2) {
      if (parts[0].isEmpty()) {
        errors.invalid(path, "", "the domain must not be empty");
      } else {
        VolumeSources.csiDriverName(parts[0], path, errors);
      }
      if (parts[1].isEmpty()) {
        errors.invalid(path, "", "the name must not be empty");
      } else {
        identifier(parts[1], path, errors);
      }
    }
    // upstream says nothing of more than two parts
  }

  static void fullyQualified(String name, FieldPath path, ErrorList errors) {
    qualified(name, path, errors);
    if (name.indexOf('/') < 0) {
      errors.invalid(
          path, name, "a fully qualified name must be a domain and a name separated by a slash");
    }
  }

  private static void identifier(String id, FieldPath path, ErrorList errors) {
    if (id.getBytes(StandardCharsets.UTF_8).length > ID_LIMIT) {
      errors.tooLong(path, ID_LIMIT);
    }
    if (!C_IDENTIFIER.matcher(id).matches()) {
      errors.invalid(
          path,
          id,
          NameFormats.regexError(
              "a valid C identifier must start with alphabetic character or '_', followed by a"
                  + " string of alphanumeric characters or '_'",
              "[A-Za-z_][A-Za-z0-9_]*",
              "my_name",
              "MY_NAME",
              "MyName"));
    }
  }

  /** A UUID in its one normal form. */
  static void uid(String uid, FieldPath path, ErrorList errors) {
    String problem = uuidProblem(uid);
    if (problem != null) {
      errors.invalid(path, uid, "error validating uid: " + problem);
    } else if (!UUID.matcher(uid).matches()) {
      errors.invalid(
          path,
          uid,
          "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with"
              + " lowercase hexadecimal characters");
    }
  }

  /** What Go's uuid package has against any of the four forms that it reads. */
  private static @org.jspecify.annotations.Nullable String uuidProblem(String uid) {
    String digits = uid;
    switch (uid.length()) {
      case 36 -> {}
      case 36 + 9 -> {
        if (!uid.regionMatches(true, 0, "urn:uuid:", 0, 9)) {
          return "invalid urn prefix: \"" + uid.substring(0, 9) + "\"";
        }
        digits = uid.substring(9);
      }
      case 36 + 2 -> {
        if (!uid.startsWith("{") || !uid.endsWith("}")) {
          return "invalid bracketed UUID format";
        }
        digits = uid.substring(1, 37);
      }
      case 32 -> {
        return uid.matches("[0-9a-fA-F]{32}") ? null : "invalid UUID format";
      }
      default -> {
        return "invalid UUID length: " + uid.length();
      }
    }
    return UUID.matcher(digits.toLowerCase(java.util.Locale.ROOT)).matches()
        ? null
        : "invalid UUID format";
  }
}
