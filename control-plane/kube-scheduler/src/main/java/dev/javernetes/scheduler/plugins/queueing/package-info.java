/**
 * The order of the queue and the gates before it. Pure: sees only the framework and the model.
 * Start reading at {@link dev.javernetes.scheduler.plugins.queueing.PrioritySort}.
 */
@NullMarked
package dev.javernetes.scheduler.plugins.queueing;

import org.jspecify.annotations.NullMarked;
