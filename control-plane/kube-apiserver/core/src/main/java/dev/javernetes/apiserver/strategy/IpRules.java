package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IP addresses and CIDRs as upstream 1.36 accepts them in fields (KEP-4858: strict, but old values
 * stay).
 */
public final class IpRules {
  private static final String EXAMPLE =
      "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
  private static final String CIDR_EXAMPLE =
      "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

  private IpRules() {}

  /** An address and how it was written. */
  public record Address(byte[] bytes, boolean leadingZeros, boolean mapped) {
    public boolean isV4() {
      return bytes.length == 4 || mapped;
    }
  }

  public static void address(String value, FieldPath path, ErrorList errors) {
    Address address = parse(value);
    if (address == null) {
      errors.invalid(path, value, EXAMPLE);
    } else if (address.leadingZeros()) {
      errors.invalid(path, value, "must not have leading 0s");
    } else if (address.mapped()) {
      errors.invalid(path, value, "must not be an IPv4-mapped IPv6 address");
    }
  }

  /** Whether a right address is written in its one usual form. */
  public static void canonical(String value, FieldPath path, ErrorList errors) {
    Address address = parse(value);
    if (address != null && !text(address).equals(value)) {
      errors.invalid(
          path, value, "must be in canonical form (" + GoQuote.quote(text(address)) + ")");
    }
  }

  /** Like {@link #address}, but a value that the old object has is left alone. */
  public static void address(String value, List<String> old, FieldPath path, ErrorList errors) {
    if (!old.contains(value)) {
      address(value, path, errors);
    }
  }

  /** What upstream says about an address in another than the usual form. */
  public static void warn(String value, FieldPath path, List<String> warnings) {
    Address address = parse(value);
    if (address == null) {
      return;
    }
    String usual = text(address);
    if (address.leadingZeros() || address.mapped()) {
      warnings.add(
          path
              + ": non-standard IP address "
              + GoQuote.quote(value)
              + " is invalid: use "
              + GoQuote.quote(usual));
    } else if (!address.isV4() && !usual.equals(value)) {
      warnings.add(
          path
              + ": IPv6 address "
              + GoQuote.quote(value)
              + " should be in RFC 5952 canonical format ("
              + GoQuote.quote(usual)
              + ")");
    }
  }

  /** RFC 5952's form: lower case, the longest run of at least two zero groups as "::". */
  public static String text(Address address) {
    byte[] bytes = address.bytes();
    if (address.isV4()) {
      int offset = bytes.length - 4;
      return (bytes[offset] & 255)
          + "."
          + (bytes[offset + 1] & 255)
          + "."
          + (bytes[offset + 2] & 255)
          + "."
          + (bytes[offset + 3] & 255);
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && group(bytes, end) == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(bytes, i)));
    }
    return text.toString();
  }

  private static int group(byte[] bytes, int index) {
    return (bytes[2 * index] & 255) << 8 | bytes[2 * index + 1] & 255;
  }

  public static void cidr(String value, List<String> old, FieldPath path, ErrorList errors) {
    if (old.contains(value)) {
      return;
    }
    int slash = value.indexOf('/');
    Address address = slash < 0 ? null : parse(value.substring(0, slash));
    int length = slash < 0 ? -1 : prefixLength(value.substring(slash + 1));
    if (address == null || length < 0 || length > (address.bytes().length == 4 ? 32 : 128)) {
      errors.invalid(path, value, CIDR_EXAMPLE);
      return;
    }
    if (address.leadingZeros() || value.charAt(slash + 1) == '0' && value.length() > slash + 2) {
      errors.invalid(path, value, "must not have leading 0s in IP or prefix length");
    } else if (address.mapped()) {
      errors.invalid(path, value, "must not have an IPv4-mapped IPv6 address");
    } else if (hostBits(address.bytes(), length)) {
      errors.invalid(path, value, "must not have bits set beyond the prefix length");
    }
  }

  /** A network in CIDR form, written in its one usual form. */
  public static void canonicalCidr(String value, FieldPath path, ErrorList errors) {
    int before = errors.size();
    cidr(value, List.of(), path, errors);
    int slash = value.indexOf('/');
    if (errors.size() > before || slash < 0) {
      return;
    }
    Address address = parse(value.substring(0, slash));
    String usual = address == null ? value : text(address) + value.substring(slash);
    if (!usual.equals(value)) {
      errors.invalid(path, value, "must be in canonical form (" + GoQuote.quote(usual) + ")");
    }
  }

  /** What is unusual about a network in CIDR form that is right otherwise. */
  public static void warnCidr(String value, FieldPath path, List<String> warnings) {
    int slash = value.indexOf('/');
    Address address = slash < 0 ? null : parse(value.substring(0, slash));
    int length = slash < 0 ? -1 : prefixLength(value.substring(slash + 1));
    if (address == null || length < 0 || length > (address.bytes().length == 4 ? 32 : 128)) {
      return;
    }
    int before = warnings.size();
    byte[] network = address.bytes().clone();
    for (int bit = length; bit < network.length * 8; bit++) {
      network[bit / 8] &= (byte) ~(1 << 7 - bit % 8);
    }
    int shown = address.mapped() && length >= 96 ? length - 96 : length;
    String usual =
        text(new Address(network, false, address.mapped() && length >= 96)) + "/" + shown;
    if (hostBits(address.bytes(), length)) {
      warnings.add(
          path
              + ": CIDR value "
              + GoQuote.quote(value)
              + " is ambiguous in this context (should be "
              + GoQuote.quote(usual)
              + " or "
              + GoQuote.quote(text(address) + "/" + address.bytes().length * 8)
              + "?)");
    }
    boolean zeros =
        address.leadingZeros() || value.charAt(slash + 1) == '0' && value.length() > slash + 2;
    if (zeros || address.mapped()) {
      warnings.add(
          path
              + ": non-standard CIDR value "
              + GoQuote.quote(value)
              + " is invalid: use "
              + GoQuote.quote(usual));
    }
    String canonical = text(address) + "/" + length;
    if (warnings.size() == before && !address.isV4() && !canonical.equals(value)) {
      warnings.add(
          path
              + ": IPv6 CIDR value "
              + GoQuote.quote(value)
              + " should be in RFC 5952 canonical format ("
              + GoQuote.quote(canonical)
              + ")");
    }
  }

  /** An address with the length of its network's prefix: {@code 10.9.8.7/24}. */
  public static void interfaceAddress(String value, FieldPath path, ErrorList errors) {
    int slash = value.indexOf('/');
    Address address = slash < 0 ? null : parse(value.substring(0, slash));
    int length = slash < 0 ? -1 : prefixLength(value.substring(slash + 1));
    if (address == null || length < 0 || length > (address.bytes().length == 4 ? 32 : 128)) {
      errors.invalid(
          path,
          value,
          "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)");
      return;
    }
    int shown = address.mapped() && length >= 96 ? length - 96 : length;
    String canonical = text(address) + "/" + shown;
    if (!canonical.equals(value)) {
      errors.invalid(path, value, "must be in canonical form (" + GoQuote.quote(canonical) + ")");
    }
  }

  public static boolean isV6(String value) {
    Address address = parse(value);
    return address != null && !address.isV4();
  }

  public static boolean isAddress(String value) {
    return parse(value) != null;
  }

  /** At most one address per family, and one of each if there are two. */
  public static boolean isDualStack(List<String> addresses) {
    return addresses.stream().anyMatch(IpRules::isV6)
        && addresses.stream().anyMatch(each -> !isV6(each));
  }

  static boolean hostBits(byte[] bytes, int prefixLength) {
    for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
      if ((bytes[bit / 8] >> 7 - bit % 8 & 1) != 0) {
        return true;
      }
    }
    return false;
  }

  private static int prefixLength(String text) {
    if (text.isEmpty() || text.length() > 4 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    return Integer.parseInt(text);
  }

  /** {@code null} if it is no address even to Go's lenient reader. */
  public static @Nullable Address parse(String value) {
    if (value.indexOf(':') >= 0) {
      return v6(value);
    }
    boolean[] zeros = new boolean[1];
    byte[] bytes = v4(value, zeros);
    return bytes == null ? null : new Address(bytes, zeros[0], false);
  }

  private static byte @Nullable [] v4(String value, boolean[] leadingZeros) {
    String[] parts = value.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      String part = parts[i];
      if (part.isEmpty()
          || part.length() > 9
          || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return null;
      }
      int number = Integer.parseInt(part);
      if (number > 255) {
        return null;
      }
      leadingZeros[0] |= part.length() > 1 && part.charAt(0) == '0';
      bytes[i] = (byte) number;
    }
    return bytes;
  }

  private static @Nullable Address v6(String value) {
    byte[] bytes = new byte[16];
    boolean[] zeros = new boolean[1];
    int gap = value.indexOf("::");
    if (gap >= 0 && value.indexOf("::", gap + 1) >= 0) {
      return null;
    }
    String head = gap < 0 ? value : value.substring(0, gap);
    String tail = gap < 0 ? "" : value.substring(gap + 2);
    byte[] front = groups(head, gap < 0, zeros);
    byte[] back = groups(tail, true, zeros);
    if (front == null || back == null) {
      return null;
    }
    int length = front.length + back.length;
    if (gap < 0 ? length != 16 : length > 14) {
      return null;
    }
    System.arraycopy(front, 0, bytes, 0, front.length);
    System.arraycopy(back, 0, bytes, 16 - back.length, back.length);
    boolean mapped = bytes[10] == -1 && bytes[11] == -1;
    for (int i = 0; i < 10 && mapped; i++) {
      mapped = bytes[i] == 0;
    }
    return new Address(bytes, zeros[0], mapped);
  }

  private static byte @Nullable [] groups(String text, boolean last, boolean[] zeros) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    String[] parts = text.split(":", -1);
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream(16);
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (i == parts.length - 1 && last && part.indexOf('.') >= 0) {
        byte[] v4 = v4(part, zeros);
        if (v4 == null) {
          return null;
        }
        out.writeBytes(v4);
        continue;
      }
      if (part.isEmpty() || part.length() > 4) {
        return null;
      }
      int group = 0;
      for (char c : part.toCharArray()) {
        int digit = Character.digit(c, 16);
        if (digit < 0 || c > 'f') {
          return null;
        }
        group = group << 4 | digit;
      }
      out.write(group >> 8);
      out.write(group);
    }
    return out.size() > 16 ? null : out.toByteArray();
  }
}
