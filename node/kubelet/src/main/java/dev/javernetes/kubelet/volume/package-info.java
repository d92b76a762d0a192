/**
 * The volumes of a pod: directories, mounts and files under the kubelet's root directory, set up
 * before its containers start, kept fresh while it runs, taken away after it. May use the client,
 * the container package's pure parts and the runtime port's messages. Start reading at {@link
 * dev.javernetes.kubelet.volume.PodVolumes}.
 */
@NullMarked
package dev.javernetes.kubelet.volume;

import org.jspecify.annotations.NullMarked;
