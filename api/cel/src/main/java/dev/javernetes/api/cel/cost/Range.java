package dev.javernetes.api.cel.cost;

/** A size or a cost between two bounds; sums and products end at {@link #UNBOUNDED}. */
record Range(long min, long max) {
  static final long UNBOUNDED = Long.MAX_VALUE;
  static final Range UNKNOWN = new Range(0, UNBOUNDED);
  static final Range NONE = new Range(0, 0);
  static final Range ONE = new Range(1, 1);

  static Range of(long size) {
    return new Range(size, size);
  }

  Range plus(Range other) {
    return new Range(add(min, other.min), add(max, other.max));
  }

  Range times(Range other) {
    return new Range(multiply(min, other.min), multiply(max, other.max));
  }

  Range times(double factor) {
    return new Range(scale(min, factor), scale(max, factor));
  }

  Range union(Range other) {
    return new Range(Math.min(min, other.min), Math.max(max, other.max));
  }

  static long add(long one, long other) {
    long sum = one + other;
    return sum < 0 ? UNBOUNDED : sum;
  }

  static long multiply(long one, long other) {
    return other != 0 && one > UNBOUNDED / other ? UNBOUNDED : one * other;
  }

  private static long scale(long size, double factor) {
    double product = Math.ceil(size * factor);
    return product >= UNBOUNDED ? UNBOUNDED : (long) product;
  }
}
