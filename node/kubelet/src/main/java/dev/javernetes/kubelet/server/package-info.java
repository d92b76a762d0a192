/**
 * The kubelet's HTTPS server: logs, exec, attach, port-forward for the API server; stats and
 * metrics for those who collect them. May use Netty, the client (to ask who may do what), the
 * runtime port and the pods' list. Start reading at {@link
 * dev.javernetes.kubelet.server.KubeletServer}.
 */
@NullMarked
package dev.javernetes.kubelet.server;

import org.jspecify.annotations.NullMarked;
