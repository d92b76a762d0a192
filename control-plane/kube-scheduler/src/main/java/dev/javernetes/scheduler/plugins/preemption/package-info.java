/**
 * Making room for a pod by evicting less important ones. The choice of victims is pure ({@link
 * dev.javernetes.scheduler.plugins.preemption.VictimSelection}); deleting them goes through a port.
 * Start reading at {@link dev.javernetes.scheduler.plugins.preemption.DefaultPreemption}.
 */
@NullMarked
package dev.javernetes.scheduler.plugins.preemption;

import org.jspecify.annotations.NullMarked;
