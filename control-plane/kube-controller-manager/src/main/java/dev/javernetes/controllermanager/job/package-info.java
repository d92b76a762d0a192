/**
 * Runs the pods of Jobs to completion, each counted exactly once. Uses the loop package and the
 * client. Start reading at {@link dev.javernetes.controllermanager.job.JobPlan}.
 */
@NullMarked
package dev.javernetes.controllermanager.job;

import org.jspecify.annotations.NullMarked;
