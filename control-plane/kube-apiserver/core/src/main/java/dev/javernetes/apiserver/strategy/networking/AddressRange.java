package dev.javernetes.apiserver.strategy.networking;

import dev.javernetes.apiserver.strategy.IpRules;
import org.jspecify.annotations.Nullable;

/** A CIDR, read as leniently as Go reads old ones: {@code 192.0.2.0/24}. */
record AddressRange(byte[] address, int prefixLength) {

  static @Nullable AddressRange parse(String cidr) {
    int slash = cidr.indexOf('/');
    if (slash < 0 || slash + 1 >= cidr.length() || cidr.length() - slash > 5) {
      return null;
    }
    IpRules.Address address = IpRules.parse(cidr.substring(0, slash));
    String length = cidr.substring(slash + 1);
    if (address == null || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    int prefix = Integer.parseInt(length);
    return prefix > address.bytes().length * 8 ? null : new AddressRange(address.bytes(), prefix);
  }

  boolean strictlyContains(AddressRange other) {
    if (other.address.length != address.length || other.prefixLength <= prefixLength) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit++) {
      int mask = 0x80 >> bit % 8;
      if ((address[bit / 8] & mask) != (other.address[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  boolean isV4() {
    return address.length == 4;
  }
}
