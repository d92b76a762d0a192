package dev.javernetes.apiserver.discovery;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How versions rank: {@code v2}, {@code v1}, {@code v1beta2}, {@code v1beta1}, {@code v1alpha1},
 * then everything else by name.
 */
public final class VersionOrder {
  private static final Pattern VERSION =
      Pattern.compile("v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?");

  public static final Comparator<String> PREFERRED_FIRST = VersionOrder::compare;

  private VersionOrder() {}

  private static int compare(String left, String right) {
    Matcher l = VERSION.matcher(left);
    Matcher r = VERSION.matcher(right);
    boolean leftKnown = l.matches();
    boolean rightKnown = r.matches();
    if (!leftKnown || !rightKnown) {
      return leftKnown ? -1 : rightKnown ? 1 : left.compareTo(right);
    }
    int byStage = Integer.compare(stage(r.group(2)), stage(l.group(2)));
    if (byStage != 0) {
      return byStage;
    }
    int byMajor = number(r.group(1)).compareTo(number(l.group(1)));
    return byMajor != 0 || l.group(3) == null
        ? byMajor
        : number(r.group(3)).compareTo(number(l.group(3)));
  }

  private static int stage(@org.jspecify.annotations.Nullable String name) {
    return name == null ? 2 : name.equals("beta") ? 1 : 0;
  }

  private static java.math.BigInteger number(String digits) {
    return new java.math.BigInteger(digits);
  }
}
