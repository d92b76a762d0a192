package dev.javernetes.scheduler;

import java.util.List;

/**
 * How to schedule.
 *
 * @param schedulerNames the profiles: pods that name another scheduler are left alone
 * @param percentageOfNodesToScore 0: by the cluster's size
 */
public record SchedulerOptions(List<String> schedulerNames, int percentageOfNodesToScore) {
  public static final SchedulerOptions DEFAULT =
      new SchedulerOptions(List.of("default-scheduler"), 0);

  public SchedulerOptions {
    schedulerNames = List.copyOf(schedulerNames);
    if (schedulerNames.isEmpty()) {
      throw new IllegalArgumentException("no scheduler name");
    }
  }
}
