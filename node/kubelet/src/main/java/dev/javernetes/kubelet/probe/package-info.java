/**
 * Health checks of containers: how results become verdicts (pure), the four ways to ask, and the
 * virtual thread per probe. May use the runtime port. Start reading at {@link
 * dev.javernetes.kubelet.probe.Probes}, then {@link dev.javernetes.kubelet.probe.ProbeCounter}.
 */
@NullMarked
package dev.javernetes.kubelet.probe;

import org.jspecify.annotations.NullMarked;
