package dev.javernetes.apiserver.strategy.networking;

/** The text of an address as RFC 5952 wants it: {@code 2001:db8::1}. */
final class CanonicalAddress {
  private CanonicalAddress() {}

  static String text(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    if (bytes.length == 4) {
      for (byte octet : bytes) {
        text.append(text.isEmpty() ? "" : ".").append(octet & 0xff);
      }
      return text.toString();
    }
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    int gap = -1;
    int gapLength = 1; // a single group of zeros is written out
    for (int start = 0; start < 8; start++) {
      int end = start;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - start > gapLength) {
        gap = start;
        gapLength = end - start;
      }
    }
    for (int i = 0; i < 8; i++) {
      if (i == gap) {
        text.append("::");
        i += gapLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
