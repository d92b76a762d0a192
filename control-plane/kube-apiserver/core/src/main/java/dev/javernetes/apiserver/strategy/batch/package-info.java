/**
 * Jobs and cron jobs: defaults, validation, allowed updates, warnings. Uses the shared rules of the
 * package above. Start reading at {@link dev.javernetes.apiserver.strategy.batch.JobStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.batch;

import org.jspecify.annotations.NullMarked;
