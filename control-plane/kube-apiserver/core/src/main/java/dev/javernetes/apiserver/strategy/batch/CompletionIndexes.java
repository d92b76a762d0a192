package dev.javernetes.apiserver.strategy.batch;

import java.util.ArrayList;
import java.util.List;

/** Sets of completion indexes such as {@code 1,3-5}; problems are worded as upstream's. */
final class CompletionIndexes {

  record Interval(int first, int last) {}

  /** What is wrong, in upstream's words. */
  static final class Problem extends Exception {
    private static final long serialVersionUID = 1L;

    Problem(String message) {
      super(message);
    }
  }

  private CompletionIndexes() {}

  static List<Interval> parse(String text, long completions) throws Problem {
    List<Interval> intervals = new ArrayList<>();
    if (text.isEmpty()) {
      return intervals;
    }
    for (String part : text.split(",", -1)) {
      Interval interval = interval(part, completions);
      if (!intervals.isEmpty() && intervals.getLast().last() >= interval.first()) {
        throw order(intervals.getLast().last(), interval.first());
      }
      intervals.add(interval);
    }
    return intervals;
  }

  static long size(List<Interval> intervals) {
    return intervals.stream().mapToLong(each -> each.last() - each.first() + 1L).sum();
  }

  private static Problem order(int previous, int current) {
    return new Problem("non-increasing order, previous: " + previous + ", current: " + current);
  }

  private static Interval interval(String text, long completions) throws Problem {
    String[] limits = text.split("-", -1);
    if (limits.length > 2) {
      throw new Problem(
          "the fragment \""
              + text
              + "\" violates the requirement that an index interval can have at most two parts separated by '-'");
    }
    int first = index(limits[0], completions);
    if (limits.length == 1) {
      return new Interval(first, first);
    }
    int last = index(limits[1], completions);
    if (first >= last) {
      throw order(first, last);
    }
    return new Interval(first, last);
  }

  private static int index(String text, long completions) throws Problem {
    long value;
    try {
      value = Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      throw new Problem("cannot convert string to integer for index: \"" + text + "\"");
    }
    if (value >= completions) {
      throw new Problem("too large index: \"" + text + "\"");
    }
    return (int) value;
  }

  /** Throws if both sets have an index. */
  static void checkDisjoint(String completed, String failed, long completions) throws Problem {
    List<Interval> left = valid(completed, completions);
    List<Interval> right = valid(failed, completions);
    int i = 0;
    int j = 0;
    while (i < left.size() && j < right.size()) {
      Interval one = left.get(i);
      Interval other = right.get(j);
      if (one.first() <= other.last() && other.first() <= one.last()) {
        throw new Problem(
            "failedIndexes and completedIndexes overlap at index: "
                + Math.max(one.first(), other.first()));
      }
      if (one.first() <= other.first()) {
        i++;
      } else {
        j++;
      }
    }
  }

  private static List<Interval> valid(String text, long completions) {
    List<Interval> intervals = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      try {
        intervals.add(interval(part, completions));
      } catch (Problem told) {
        // reported where the set itself is checked
      }
    }
    return intervals;
  }
}
