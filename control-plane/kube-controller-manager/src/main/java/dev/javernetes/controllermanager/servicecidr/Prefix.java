package dev.javernetes.controllermanager.servicecidr;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** An address and how many of its bits count: {@code 10.96.0.0/16}; an address alone has all. */
record Prefix(List<Byte> address, int length) {

  /** Of what the API server has validated: no names are looked up. */
  static Prefix parse(String text) {
    int slash = text.indexOf('/');
    try {
      byte[] bytes =
          InetAddress.getByName(slash < 0 ? text : text.substring(0, slash)).getAddress();
      List<Byte> address = new ArrayList<>(bytes.length);
      for (byte b : bytes) {
        address.add(b);
      }
      return new Prefix(
          List.copyOf(address),
          slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1)));
    } catch (UnknownHostException problem) {
      throw new IllegalArgumentException("not an address: " + text, problem);
    }
  }

  boolean contains(Prefix other) {
    if (address.size() != other.address.size() || length > other.length) {
      return false;
    }
    for (int bit = 0; bit < length; bit++) {
      int mask = 1 << 7 - bit % 8;
      if ((address.get(bit / 8) & mask) != (other.address.get(bit / 8) & mask)) {
        return false;
      }
    }
    return true;
  }

  boolean overlaps(Prefix other) {
    return contains(other) || other.contains(this);
  }
}
