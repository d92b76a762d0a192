package dev.javernetes.launch.bench;

/**
 * One measured value: {@code new Figure("ConfigMap create, 64 clients", 1453.6, Unit.PER_SECOND)}.
 */
public record Figure(String what, double value, Unit unit) {

  /** In what a figure is given, and whether much of it is good. */
  public enum Unit {
    PER_SECOND("/s", true),
    MILLISECONDS("ms", false),
    SECONDS("s", false),
    MEGABYTES("MB", false),
    PERCENT_OF_A_CORE("% of a core", false);

    private final String text;
    private final boolean moreIsBetter;

    Unit(String text, boolean moreIsBetter) {
      this.text = text;
      this.moreIsBetter = moreIsBetter;
    }

    public String text() {
      return text;
    }

    boolean moreIsBetter() {
      return moreIsBetter;
    }
  }

  static Figure perSecond(String what, double value) {
    return new Figure(what, value, Unit.PER_SECOND);
  }

  static Figure millis(String what, double value) {
    return new Figure(what, value, Unit.MILLISECONDS);
  }

  /** How many times better this one is than {@code other}: more of a rate, less of a time. */
  public double timesBetterThan(Figure other) {
    return unit.moreIsBetter() ? value / other.value : other.value / value;
  }
}
