/**
 * Nodes that run nothing: many in one process, for clusters without Linux or root and for benches.
 * May use the client and the kubelet's pure parts. Start reading at {@link
 * dev.javernetes.kubelet.simulated.SimulatedNodes}.
 */
@NullMarked
package dev.javernetes.kubelet.simulated;

import org.jspecify.annotations.NullMarked;
