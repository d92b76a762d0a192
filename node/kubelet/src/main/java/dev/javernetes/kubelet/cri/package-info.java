/**
 * The kubelet's port to a container runtime, what it reads back as one pod's state, and a runtime
 * that only pretends. May use the CRI messages and nothing of the kubelet's other packages. Start
 * reading at {@link dev.javernetes.kubelet.cri.ContainerRuntime}.
 */
@NullMarked
package dev.javernetes.kubelet.cri;

import org.jspecify.annotations.NullMarked;
