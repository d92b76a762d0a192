/**
 * Pods in relation to other pods: spread over a topology, together or apart. Pure: sees only the
 * framework and the model. Start reading at {@link
 * dev.javernetes.scheduler.plugins.topology.PodTopologySpread}.
 */
@NullMarked
package dev.javernetes.scheduler.plugins.topology;

import org.jspecify.annotations.NullMarked;
