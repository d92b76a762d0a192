package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.Bytes;
import dev.javernetes.api.cel.value.Opaque;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * An IPv4 or IPv6 address, read as strictly as Go's {@code netip.ParseAddr}: no leading zeros, no
 * missing parts.
 */
record IpAddress(Bytes content, String zone) implements Opaque {
  private static final int V4 = 4;
  private static final int GROUPS = 8;

  /** Why a text is no address, in Go's words. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String text, String why) {
      super("ParseAddr(" + Conversions.quoted(text) + "): " + why);
    }
  }

  static IpAddress parse(String text) throws Malformed {
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '.' -> {
          return new IpAddress(Bytes.of(v4(text, text)), "");
        }
        case ':' -> {
          return v6(text);
        }
        case '%' -> throw new Malformed(text, "missing IPv6 address");
        default -> {}
      }
    }
    throw new Malformed(text, "unable to parse IP");
  }

  private static byte[] v4(String text, String part) throws Malformed {
    byte[] address = new byte[V4];
    int field = 0;
    int value = 0;
    int digits = 0;
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c >= '0' && c <= '9') {
        if (digits == 1 && value == 0) {
          throw new Malformed(text, "IPv4 field has octet with leading zero");
        }
        value = value * 10 + c - '0';
        digits++;
        if (value > 255) {
          throw new Malformed(text, "IPv4 field has value >255");
        }
      } else if (c == '.') {
        if (i == 0 || i == part.length() - 1 || part.charAt(i - 1) == '.') {
          throw new Malformed(
              text,
              "IPv4 field must have at least one digit (at "
                  + Conversions.quoted(part.substring(i))
                  + ")");
        }
        if (field == 3) {
          throw new Malformed(text, "IPv4 address too long");
        }
        address[field++] = (byte) value;
        value = 0;
        digits = 0;
      } else {
        throw new Malformed(
            text, "unexpected character (at " + Conversions.quoted(part.substring(i)) + ")");
      }
    }
    if (field < 3) {
      throw new Malformed(text, "IPv4 address too short");
    }
    address[3] = (byte) value;
    return address;
  }

  private static IpAddress v6(String text) throws Malformed {
    String zone = "";
    String address = text;
    int percent = text.indexOf('%');
    if (percent >= 0) {
      zone = text.substring(percent + 1);
      address = text.substring(0, percent);
      if (zone.isEmpty()) {
        throw new Malformed(text, "zone must be a non-empty string");
      }
    }
    int gap = address.indexOf("::");
    if (gap >= 0 && address.indexOf("::", gap + 1) >= 0) {
      throw new Malformed(text, "multiple :: in address");
    }
    List<Integer> before = groups(text, gap < 0 ? address : address.substring(0, gap), gap < 0);
    List<Integer> after = gap < 0 ? List.of() : groups(text, address.substring(gap + 2), true);
    int present = before.size() + after.size();
    if (gap < 0 && present < GROUPS) {
      throw new Malformed(text, "address string too short");
    }
    if (present > GROUPS) {
      throw new Malformed(text, "trailing garbage after address");
    }
    if (gap >= 0 && present == GROUPS) {
      throw new Malformed(text, "the :: must expand to at least one field of zeros");
    }
    byte[] bytes = new byte[2 * GROUPS];
    for (int i = 0; i < before.size(); i++) {
      put(bytes, i, before.get(i));
    }
    for (int i = 0; i < after.size(); i++) {
      put(bytes, GROUPS - after.size() + i, after.get(i));
    }
    return new IpAddress(Bytes.of(bytes), zone);
  }

  private static void put(byte[] bytes, int group, int value) {
    bytes[2 * group] = (byte) (value >> 8);
    bytes[2 * group + 1] = (byte) value;
  }

  private static List<Integer> groups(String text, String part, boolean last) throws Malformed {
    List<Integer> groups = new ArrayList<>();
    if (part.isEmpty()) {
      return groups;
    }
    String[] fields = part.split(":", -1);
    for (int i = 0; i < fields.length; i++) {
      String field = fields[i];
      if (field.indexOf('.') >= 0 && last && i == fields.length - 1) {
        byte[] embedded = v4(text, field);
        groups.add((embedded[0] & 0xff) << 8 | embedded[1] & 0xff);
        groups.add((embedded[2] & 0xff) << 8 | embedded[3] & 0xff);
      } else if (field.isEmpty()) {
        throw new Malformed(text, "each colon-separated field must have at least one digit");
      } else if (!field.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
        throw new Malformed(text, "unexpected character, want colon");
      } else if (field.length() > V4) {
        throw new Malformed(text, "each group must have 4 or less digits");
      } else {
        groups.add(Integer.parseInt(field, 16));
      }
    }
    return groups;
  }

  boolean isV4() {
    return content.size() == V4;
  }

  boolean isMappedV4() {
    byte[] bytes = content.toArray();
    if (bytes.length == V4 || (bytes[10] & bytes[11]) != -1) {
      return false;
    }
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  int bits() {
    return content.size() * Byte.SIZE;
  }

  boolean isUnspecified() {
    for (byte one : content.toArray()) {
      if (one != 0) {
        return false;
      }
    }
    return true;
  }

  private int at(int index) {
    return content.toArray()[index] & 0xff;
  }

  boolean isLoopback() {
    if (isV4()) {
      return at(0) == 127;
    }
    return toString().equals("::1");
  }

  boolean isMulticast() {
    return isV4() ? (at(0) & 0xf0) == 0xe0 : at(0) == 0xff;
  }

  boolean isLinkLocalMulticast() {
    return isV4() ? at(0) == 224 && at(1) == 0 && at(2) == 0 : at(0) == 0xff && (at(1) & 0x0f) == 2;
  }

  boolean isLinkLocalUnicast() {
    return isV4() ? at(0) == 169 && at(1) == 254 : at(0) == 0xfe && (at(1) & 0xc0) == 0x80;
  }

  boolean isGlobalUnicast() {
    return !(isUnspecified()
        || isLoopback()
        || isMulticast()
        || isLinkLocalUnicast()
        || isV4() && toString().equals("255.255.255.255"));
  }

  IpAddress masked(int length) {
    byte[] bytes = content.toArray();
    for (int i = 0; i < bytes.length; i++) {
      int kept = Math.clamp((long) length - (long) i * Byte.SIZE, 0, Byte.SIZE);
      bytes[i] &= (byte) (0xff << (Byte.SIZE - kept));
    }
    return new IpAddress(Bytes.of(bytes), "");
  }

  @Override
  public String typeName() {
    return "net.IP";
  }

  @Override
  public long size() {
    return content.size();
  }

  /** RFC 5952: the longest run of zeros is left out. */
  @Override
  public String toString() {
    if (isV4()) {
      return at(0) + "." + at(1) + "." + at(2) + "." + at(3);
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && group(end) == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    if (isMappedV4()) {
      return "::ffff:" + at(12) + "." + at(13) + "." + at(14) + "." + at(15);
    }
    if (start < 0) {
      return groups(0, GROUPS);
    }
    return groups(0, start) + "::" + groups(start + length, GROUPS);
  }

  private int group(int index) {
    return at(2 * index) << 8 | at(2 * index + 1);
  }

  private String groups(int from, int to) {
    StringJoiner text = new StringJoiner(":");
    for (int i = from; i < to; i++) {
      text.add(Integer.toHexString(group(i)));
    }
    return text.toString();
  }
}
