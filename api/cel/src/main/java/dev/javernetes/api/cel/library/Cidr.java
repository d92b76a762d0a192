package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.Opaque;

/** A network, such as {@code 192.0.2.0/24}; host bits are kept as written (Go's netip.Prefix). */
record Cidr(IpAddress address, int length) implements Opaque {

  static Cidr parse(String text) throws IpAddress.Malformed, Malformed {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      throw new Malformed(text, "no '/'");
    }
    IpAddress address;
    try {
      address = IpAddress.parse(text.substring(0, slash));
    } catch (IpAddress.Malformed bad) {
      throw new Malformed(text, String.valueOf(bad.getMessage()));
    }
    if (!address.zone().isEmpty()) {
      throw new Malformed(text, "IPv6 zones cannot be present in a prefix");
    }
    String bits = text.substring(slash + 1);
    boolean numeric = !bits.isEmpty() && bits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!numeric || bits.length() > 3 || bits.length() > 1 && bits.startsWith("0")) {
      throw new Malformed(text, "bad bits after slash: " + Conversions.quoted(bits));
    }
    if (Integer.parseInt(bits) > address.bits()) {
      throw new Malformed(text, "prefix length out of range");
    }
    return new Cidr(address, Integer.parseInt(bits));
  }

  /** Why a text is no network, in Go's words. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String text, String why) {
      super("netip.ParsePrefix(" + Conversions.quoted(text) + "): " + why);
    }
  }

  Cidr masked() {
    return new Cidr(address.masked(length), length);
  }

  boolean contains(IpAddress other) {
    return other.isV4() == address.isV4()
        && other.zone().isEmpty()
        && other.masked(length).equals(address.masked(length));
  }

  boolean contains(Cidr other) {
    return length <= other.length && contains(other.address);
  }

  @Override
  public String typeName() {
    return "net.CIDR";
  }

  @Override
  public long size() {
    return (length + Byte.SIZE - 1) / Byte.SIZE;
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }
}
