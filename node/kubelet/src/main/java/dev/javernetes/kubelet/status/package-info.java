/**
 * A pod's status: computed from what runs (pure), and written to the API. May use the runtime
 * port's views, probes' verdicts and the client. Start reading at {@link
 * dev.javernetes.kubelet.status.PodStatusComputation}.
 */
@NullMarked
package dev.javernetes.kubelet.status;

import org.jspecify.annotations.NullMarked;
