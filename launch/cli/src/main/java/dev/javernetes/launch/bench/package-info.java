/**
 * What {@code ./j8s bench} measures. Knows a cluster by its kubeconfig (and, for processor time and
 * memory, by the pids of its servers), so that ours and any other are measured by the same client.
 * Start reading at {@link dev.javernetes.launch.bench.Measurement}.
 */
@NullMarked
package dev.javernetes.launch.bench;

import org.jspecify.annotations.NullMarked;
