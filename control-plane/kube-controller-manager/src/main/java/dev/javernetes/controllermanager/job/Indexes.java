package dev.javernetes.controllermanager.job;

import java.util.BitSet;

/** Completion indexes as a status writes them: {@code 1,3-5,7}. */
final class Indexes {
  private Indexes() {}

  /** Indexes at or beyond {@code limit} are left out: completions may have been lowered. */
  static BitSet parse(String text, int limit) {
    BitSet set = new BitSet();
    for (String part : text.split(",")) {
      try {
        int dash = part.indexOf('-');
        int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
        int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
        if (first < limit && last >= first) {
          set.set(first, Math.min(last + 1, limit));
        }
      } catch (NumberFormatException empty) {
        // an empty text, or one that we did not write
      }
    }
    return set;
  }

  static String text(BitSet set) {
    StringBuilder text = new StringBuilder();
    for (int first = set.nextSetBit(0); first >= 0; ) {
      int end = set.nextClearBit(first);
      text.append(text.isEmpty() ? "" : ",").append(first);
      if (end - first > 1) {
        text.append(end - first == 2 ? "," : "-").append(end - 1);
      }
      first = set.nextSetBit(end);
    }
    return text.toString();
  }
}
