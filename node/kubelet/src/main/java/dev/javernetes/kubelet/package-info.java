/**
 * The kubelet: the agent that runs the pods bound to its node. May use the client and CRI, never
 * the API server or the store. Start reading at {@link dev.javernetes.kubelet.Kubelet}.
 */
@NullMarked
package dev.javernetes.kubelet;

import org.jspecify.annotations.NullMarked;
