/**
 * A pod's life on the node: what to do next (pure), and the virtual thread per pod that does it.
 * May use the runtime port, volumes, probes and status, not the server. Start reading at {@link
 * dev.javernetes.kubelet.pod.PodWorker}, then {@link dev.javernetes.kubelet.pod.PodPlan}.
 */
@NullMarked
package dev.javernetes.kubelet.pod;

import org.jspecify.annotations.NullMarked;
