/**
 * What is left over: containers and sandboxes of pods that are gone, their directories and cgroups,
 * images nobody uses, logs that grew. May use the runtime port, volumes and cgroups. Start reading
 * at {@link dev.javernetes.kubelet.garbage.OrphanedPods}.
 */
@NullMarked
package dev.javernetes.kubelet.garbage;

import org.jspecify.annotations.NullMarked;
