/**
 * The cgroups above a pod's containers, v1 and v2: kubepods, its classes of service, one per pod.
 * May use the container package's arithmetic. Start reading at {@link
 * dev.javernetes.kubelet.cgroup.PodCgroups}.
 */
@NullMarked
package dev.javernetes.kubelet.cgroup;

import org.jspecify.annotations.NullMarked;
