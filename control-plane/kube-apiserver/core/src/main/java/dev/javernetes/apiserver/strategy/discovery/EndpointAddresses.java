package dev.javernetes.apiserver.strategy.discovery;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.apiserver.strategy.IpRules;

/** Addresses that no endpoint may have, lest somebody reaches into nodes through a Service. */
public final class EndpointAddresses {
  private EndpointAddresses() {}

  public static void validate(String address, FieldPath path, ErrorList errors) {
    IpRules.Address parsed = IpRules.parse(address);
    if (parsed == null) {
      errors.invalid(path, address, "must be a valid IP address");
      return;
    }
    byte[] bytes = parsed.bytes();
    boolean v4 = bytes.length == 4;
    if (startsAllZero(bytes, bytes.length)) {
      errors.invalid(path, address, "may not be unspecified (0.0.0.0 or ::)");
    }
    boolean loopback =
        v4 ? bytes[0] == 127 : startsAllZero(bytes, bytes.length - 1) && bytes[15] == 1;
    if (loopback) {
      errors.invalid(path, address, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    boolean linkLocal =
        v4
            ? (bytes[0] & 0xff) == 169 && (bytes[1] & 0xff) == 254
            : (bytes[0] & 0xff) == 0xfe && (bytes[1] & 0xc0) == 0x80;
    if (linkLocal) {
      errors.invalid(
          path, address, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    boolean multicast =
        v4
            ? (bytes[0] & 0xff) == 224 && bytes[1] == 0 && bytes[2] == 0
            : (bytes[0] & 0xff) == 0xff && (bytes[1] & 0x0f) == 0x02;
    if (multicast) {
      errors.invalid(
          path, address, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
  }

  private static boolean startsAllZero(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
