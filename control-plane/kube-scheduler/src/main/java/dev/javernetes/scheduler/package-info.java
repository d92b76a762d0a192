/**
 * kube-scheduler: watches pods and nodes, finds each pod a node, binds it. The queue, the cache and
 * the shell around the pure framework; talks to the cluster through the client alone. Start reading
 * at {@link dev.javernetes.scheduler.Scheduler}.
 */
@NullMarked
package dev.javernetes.scheduler;

import org.jspecify.annotations.NullMarked;
