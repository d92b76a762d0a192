/**
 * kube-proxy: makes Services reachable from this node. Watches Services and EndpointSlices through
 * the client and programs a data plane; the rules themselves are computed in the pure packages
 * below. Start reading at {@link dev.javernetes.proxy.KubeProxy}.
 */
@NullMarked
package dev.javernetes.proxy;

import org.jspecify.annotations.NullMarked;
