package dev.javernetes.controllermanager.nodeipam;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Equal parts of an address range, each free or taken: {@code 10.244.0.0/16} in {@code /24}s gives
 * {@code 10.244.0.0/24}, {@code 10.244.1.0/24} … At most 65,536 parts. Not thread-safe.
 */
final class CidrSet {
  private static final int MAX_PARTS = 1 << 16;

  private final byte[] base;
  private final int prefix;
  private final int partPrefix;
  private final int parts;
  private final BitSet taken = new BitSet();
  private int next;

  /**
   * @throws IllegalArgumentException if it is no range or the parts do not fit into it
   */
  CidrSet(String cidr, int partPrefix) {
    int slash = cidr.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not an address range: " + cidr);
    }
    this.base = address(cidr.substring(0, slash));
    this.prefix = Integer.parseInt(cidr.substring(slash + 1));
    this.partPrefix = partPrefix;
    if (partPrefix < prefix || partPrefix > base.length * 8) {
      throw new IllegalArgumentException("nodes of /" + partPrefix + " do not fit into " + cidr);
    }
    this.parts = (int) Math.min(MAX_PARTS, 1L << Math.min(30, partPrefix - prefix));
  }

  boolean v6() {
    return base.length == 16;
  }

  /** The next free part, which is taken from now on; null if there is none. */
  @Nullable String allocate() {
    int free = taken.nextClearBit(next);
    if (free >= parts) {
      free = taken.nextClearBit(0);
    }
    if (free >= parts) {
      return null;
    }
    taken.set(free);
    next = free + 1;
    return text(free);
  }

  /** Whether the part is of this range and was free. */
  boolean occupy(String cidr) {
    int index = index(cidr);
    if (index < 0 || taken.get(index)) {
      return false;
    }
    taken.set(index);
    return true;
  }

  /** Takes every part that overlaps with another range: no pod may have a Service's address. */
  void exclude(String cidr) {
    int slash = cidr.indexOf('/');
    byte[] other = address(slash < 0 ? cidr : cidr.substring(0, slash));
    if (slash < 0 || other.length != base.length) {
      return;
    }
    int bits = base.length * 8;
    BigInteger start = new BigInteger(1, other);
    BigInteger size = BigInteger.ONE.shiftLeft(bits - Integer.parseInt(cidr.substring(slash + 1)));
    BigInteger own = new BigInteger(1, base);
    BigInteger first = start.subtract(own).shiftRight(bits - partPrefix);
    BigInteger last =
        start.add(size).subtract(BigInteger.ONE).subtract(own).shiftRight(bits - partPrefix);
    if (last.signum() >= 0 && first.compareTo(BigInteger.valueOf(parts)) < 0) {
      int from = first.signum() < 0 ? 0 : first.intValue();
      taken.set(from, last.min(BigInteger.valueOf(parts - 1L)).intValue() + 1);
    }
  }

  void release(String cidr) {
    int index = index(cidr);
    if (index >= 0) {
      taken.clear(index);
    }
  }

  boolean contains(String cidr) {
    return index(cidr) >= 0;
  }

  private int index(String cidr) {
    int slash = cidr.indexOf('/');
    if (slash < 0) {
      return -1;
    }
    byte[] address = address(cidr.substring(0, slash));
    if (address.length != base.length) {
      return -1;
    }
    BigInteger offset = new BigInteger(1, address).subtract(new BigInteger(1, base));
    BigInteger index = offset.shiftRight(base.length * 8 - partPrefix);
    return index.signum() < 0 || index.compareTo(BigInteger.valueOf(parts)) >= 0
        ? -1
        : index.intValue();
  }

  private String text(int index) {
    BigInteger start =
        new BigInteger(1, base)
            .add(BigInteger.valueOf(index).shiftLeft(base.length * 8 - partPrefix));
    byte[] bytes = new byte[base.length];
    byte[] big = start.toByteArray();
    int length = Math.min(big.length, bytes.length);
    System.arraycopy(big, big.length - length, bytes, bytes.length - length, length);
    return Addresses.text(bytes) + "/" + partPrefix;
  }

  private static byte[] address(String literal) {
    try {
      return InetAddress.ofLiteral(literal).getAddress();
    } catch (IllegalArgumentException problem) {
      throw new IllegalArgumentException("not an address: " + literal, problem);
    }
  }
}
