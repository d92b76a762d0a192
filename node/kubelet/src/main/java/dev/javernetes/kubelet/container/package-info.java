/**
 * How one container of a pod is described to the runtime: environment, command, security,
 * resources, mounts, network names. Pure but for the image puller; may use the runtime port's
 * messages. Start reading at {@link dev.javernetes.kubelet.container.ContainerSpecs}.
 */
@NullMarked
package dev.javernetes.kubelet.container;

import org.jspecify.annotations.NullMarked;
