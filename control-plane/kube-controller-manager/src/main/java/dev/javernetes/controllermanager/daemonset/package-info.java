/**
 * Keeps one pod on each node that a DaemonSet fits. Uses the loop package and the client. Start
 * reading at {@link dev.javernetes.controllermanager.daemonset.DaemonSetPlan}.
 */
@NullMarked
package dev.javernetes.controllermanager.daemonset;

import org.jspecify.annotations.NullMarked;
