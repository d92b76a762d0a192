/**
 * Ends pods before the node runs out of memory, disk or process ids. Measuring is a thin shell,
 * choosing is pure. May use the pod package's list of pods. Start reading at {@link
 * dev.javernetes.kubelet.eviction.Evictions}.
 */
@NullMarked
package dev.javernetes.kubelet.eviction;

import org.jspecify.annotations.NullMarked;
