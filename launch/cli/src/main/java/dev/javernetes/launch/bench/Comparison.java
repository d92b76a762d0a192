package dev.javernetes.launch.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Several rounds of the same measurements, of one cluster or of two in turn: medians, ratios. */
public final class Comparison {
  private final Map<String, List<Figure>> ours = new LinkedHashMap<>();
  private final Map<String, List<Figure>> theirs = new LinkedHashMap<>();

  /** A line of the table; {@code other} and {@code timesBetter} are NaN if there is no other. */
  public record Line(String what, double value, double other, double timesBetter, String unit) {}

  public void add(List<Figure> figures) {
    figures.forEach(one -> ours.computeIfAbsent(one.what(), what -> new ArrayList<>()).add(one));
  }

  public void addOther(List<Figure> figures) {
    figures.forEach(one -> theirs.computeIfAbsent(one.what(), what -> new ArrayList<>()).add(one));
  }

  public List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    ours.forEach((what, figures) -> {
      Figure median = median(figures);
      List<Figure> others = theirs.get(what);
      Figure other = others == null ? null : median(others);
      lines.add(
          new Line(
              what,
              median.value(),
              other == null ? Double.NaN : other.value(),
              other == null ? Double.NaN : median.timesBetterThan(other),
              median.unit().text()));
    });
    return lines;
  }

  private static Figure median(List<Figure> figures) {
    double[] values = figures.stream().mapToDouble(Figure::value).toArray();
    Arrays.sort(values);
    Figure first = Objects.requireNonNull(figures.getFirst());
    return new Figure(first.what(), values[values.length / 2], first.unit());
  }
}
