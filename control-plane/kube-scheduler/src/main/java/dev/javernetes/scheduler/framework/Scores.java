package dev.javernetes.scheduler.framework;

/** Brings scores of any size to 0 … {@link Plugin.Score#MAX_SCORE}. */
public final class Scores {
  private Scores() {}

  /**
   * In proportion to the largest; {@code reverse} where less is better. All zero stays all zero, or
   * all best if reversed.
   */
  public static void normalize(long[] scores, boolean reverse) {
    long largest = 0;
    for (long score : scores) {
      largest = Math.max(largest, score);
    }
    for (int i = 0; i < scores.length; i++) {
      long share = largest == 0 ? 0 : Plugin.Score.MAX_SCORE * scores[i] / largest;
      scores[i] = reverse ? Plugin.Score.MAX_SCORE - share : share;
    }
  }
}
