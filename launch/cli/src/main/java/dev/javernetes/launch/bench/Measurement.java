package dev.javernetes.launch.bench;

import java.util.List;

/**
 * One thing to measure on a running cluster. It leaves the cluster as it was.
 *
 * <p>The whole table of one cluster, or of two side by side:
 *
 * <pre>{@code
 * for (Measurement one : Measurements.API) {
 *   for (int round = 0; round < 3; round++) {
 *     ours.add(one.run(target));         // in turn, since a machine's speed drifts
 *     theirs.add(one.run(other));
 *   }
 * }
 * }</pre>
 */
public interface Measurement {

  /** As {@code --only} names it. */
  String name();

  List<Figure> run(Target target) throws Exception;
}
