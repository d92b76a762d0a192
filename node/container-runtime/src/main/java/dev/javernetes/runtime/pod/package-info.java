/**
 * Sandboxes and containers: their records, their processes, their files and mounts. It may use
 * every other package of the runtime but the server and streaming. Start at {@link
 * dev.javernetes.runtime.pod.Pods}, then {@link dev.javernetes.runtime.pod.Containers}.
 */
@NullMarked
package dev.javernetes.runtime.pod;

import org.jspecify.annotations.NullMarked;
