/**
 * The Node object: what this machine is, has and can, told to the API, and the Lease that says it
 * is alive. May use the client and the runtime port. Start reading at {@link
 * dev.javernetes.kubelet.node.NodeReporter}.
 */
@NullMarked
package dev.javernetes.kubelet.node;

import org.jspecify.annotations.NullMarked;
