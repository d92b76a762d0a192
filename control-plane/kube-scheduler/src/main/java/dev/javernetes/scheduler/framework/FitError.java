package dev.javernetes.scheduler.framework;

import java.util.Map;
import java.util.TreeMap;

/**
 * Why no node takes a pod, in the words that users search for: {@code 0/3 nodes are available: 1
 * Insufficient cpu, 2 node(s) …}.
 */
public final class FitError {
  private FitError() {}

  public static String message(NodeSearch.Outcome.NoneFits outcome, String preemption) {
    if (outcome.nodes() == 0) {
      return "no nodes available to schedule pods";
    }
    StringBuilder text = new StringBuilder("0/" + outcome.nodes() + " nodes are available: ");
    if (outcome.preFilter().isRejected()) {
      text.append(String.join(", ", outcome.preFilter().reasons()));
    } else {
      Map<String, Integer> counts = new TreeMap<>();
      for (Status status : outcome.rejections().values()) {
        status.reasons().forEach(reason -> counts.merge(reason, 1, Integer::sum));
      }
      text.append(
          String.join(
              ", ",
              counts.entrySet().stream()
                  .map(e -> e.getValue() + " " + e.getKey())
                  .sorted()
                  .toList()));
    }
    text.append('.');
    return preemption.isEmpty() ? text.toString() : text + " " + preemption;
  }
}
