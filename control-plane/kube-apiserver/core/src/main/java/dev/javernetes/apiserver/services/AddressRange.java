package dev.javernetes.apiserver.services;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A service CIDR. Of {@code 10.96.0.0/16} the first address belongs to Service {@code kubernetes};
 * addresses that nobody asked for by name come from behind the first {@link #staticBand} ones, so
 * that those stay free for who does ask (KEP-3070).
 */
public final class AddressRange {
  private final byte[] base;
  private final int prefixLength;
  private final String text;

  private AddressRange(byte[] base, int prefixLength, String text) {
    this.base = base;
    this.prefixLength = prefixLength;
    this.text = text;
  }

  /** {@code IllegalArgumentException} if it is no CIDR. */
  public static AddressRange parse(String cidr) {
    int slash = cidr.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not a CIDR: " + cidr);
    }
    try {
      byte[] address = InetAddress.getByName(cidr.substring(0, slash)).getAddress();
      int length = Integer.parseInt(cidr.substring(slash + 1));
      if (length < 0 || length > address.length * 8) {
        throw new IllegalArgumentException("not a CIDR: " + cidr);
      }
      return new AddressRange(address, length, cidr);
    } catch (UnknownHostException | NumberFormatException problem) {
      throw new IllegalArgumentException("not a CIDR: " + cidr, problem);
    }
  }

  public boolean ipv6() {
    return base.length == 16;
  }

  public String family() {
    return ipv6() ? "IPv6" : "IPv4";
  }

  /** How many addresses may be given: without the network's own and (IPv4) the broadcast one. */
  public long usable() {
    int bits = Math.min(base.length * 8 - prefixLength, 62);
    long all = 1L << bits;
    return Math.max(0, ipv6() ? all - 1 : all - 2);
  }

  public long staticBand() {
    return Math.min(Math.max(16, usable() / 16), 256);
  }

  /** The {@code index}-th usable address, from 0. */
  public String address(long index) {
    BigInteger value = new BigInteger(1, base).add(BigInteger.valueOf(index + 1));
    byte[] bytes = value.toByteArray();
    byte[] address = new byte[base.length];
    int copied = Math.min(bytes.length, address.length);
    System.arraycopy(bytes, bytes.length - copied, address, address.length - copied, copied);
    return text(address);
  }

  public boolean contains(String address) {
    byte[] bytes = bytes(address);
    if (bytes == null || bytes.length != base.length) {
      return false;
    }
    BigInteger offset = new BigInteger(1, bytes).subtract(new BigInteger(1, base));
    return offset.signum() > 0 && offset.compareTo(BigInteger.valueOf(usable())) <= 0;
  }

  /** The one text form that Kubernetes uses for an address; the text itself if it is none. */
  public static String canonical(String address) {
    byte[] bytes = bytes(address);
    return bytes == null ? address : text(bytes);
  }

  private static byte @org.jspecify.annotations.Nullable [] bytes(String address) {
    if (address.isEmpty() || !address.matches("[0-9a-fA-F:.]+")) {
      return null;
    }
    try {
      return InetAddress.getByName(address).getAddress();
    } catch (UnknownHostException notAnAddress) {
      return null;
    }
  }

  /** RFC 5952 for IPv6. */
  private static String text(byte[] address) {
    if (address.length == 4) {
      return (address[0] & 0xff)
          + "."
          + (address[1] & 0xff)
          + "."
          + (address[2] & 0xff)
          + "."
          + (address[3] & 0xff);
    }
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
    }
    int bestStart = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > bestLength) {
        bestStart = i;
        bestLength = end - i;
      }
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        out.append("::");
        i += bestLength - 1;
        continue;
      }
      if (out.length() > 0 && out.charAt(out.length() - 1) != ':') {
        out.append(':');
      }
      out.append(Integer.toHexString(groups[i]));
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return text;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(base) * 31 + prefixLength;
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof AddressRange range
        && Arrays.equals(range.base, base)
        && range.prefixLength == prefixLength;
  }
}
