package dev.javernetes.apiserver.strategy.service;

import dev.javernetes.apiserver.strategy.IpRules;
import java.math.BigInteger;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One range that services' addresses come from. As upstream, chosen addresses come from the upper
 * part first, so that the lower is free for addresses that people choose.
 */
final class AddressRange {
  private static final int ATTEMPTS = 64;
  private static final int LARGEST_BITS = 20; // upstream, too, uses at most this much of an IPv6 range

  private final byte[] base;
  private final int prefixLength;
  private final long first;
  private final long last;

  private AddressRange(byte[] base, int prefixLength) {
    this.base = base;
    this.prefixLength = prefixLength;
    int hostBits = base.length * 8 - prefixLength;
    long size = 1L << Math.min(hostBits, base.length == 4 ? 32 : LARGEST_BITS);
    first = size > 2 ? 1 : 0;
    last = base.length == 4 && size > 2 ? size - 2 : size - 1;
  }

  static AddressRange parse(String cidr) {
    int slash = cidr.indexOf('/');
    IpRules.Address address = slash < 0 ? null : IpRules.parse(cidr.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException("not a CIDR: " + cidr);
    }
    return new AddressRange(address.bytes(), Integer.parseInt(cidr.substring(slash + 1)));
  }

  String family() {
    return base.length == 4 ? "IPv4" : "IPv6";
  }

  boolean contains(String ip) {
    IpRules.Address address = IpRules.parse(ip);
    if (address == null || address.bytes().length != base.length) {
      return false;
    }
    int shift = base.length * 8 - prefixLength;
    BigInteger prefix = new BigInteger(1, base).shiftRight(shift);
    BigInteger value = new BigInteger(1, address.bytes());
    if (!value.shiftRight(shift).equals(prefix)) {
      return false;
    }
    BigInteger offset = value.subtract(prefix.shiftLeft(shift));
    return offset.compareTo(BigInteger.valueOf(first)) >= 0
        && (base.length != 4 || offset.compareTo(BigInteger.valueOf(last)) <= 0);
  }

  /** {@code null} if all are taken; {@code claim} takes one if it is free. */
  @Nullable String choose(RandomGenerator random, Predicate<String> claim) {
    long size = last - first + 1;
    long reserved = Math.min(Math.max(size / 16, 16), 256);
    long start = size > 2 * reserved ? first + reserved : first;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      String ip = text(start + random.nextLong(last - start + 1));
      if (claim.test(ip)) {
        return ip;
      }
    }
    for (long offset = start; offset <= last; offset++) {
      if (claim.test(text(offset))) {
        return text(offset);
      }
    }
    for (long offset = first; offset < start; offset++) {
      if (claim.test(text(offset))) {
        return text(offset);
      }
    }
    return null;
  }

  private String text(long offset) {
    byte[] sum = new BigInteger(1, base).add(BigInteger.valueOf(offset)).toByteArray();
    byte[] bytes = new byte[base.length];
    int length = Math.min(sum.length, bytes.length);
    System.arraycopy(sum, sum.length - length, bytes, bytes.length - length, length);
    return IpRules.text(new IpRules.Address(bytes, false, false));
  }
}
