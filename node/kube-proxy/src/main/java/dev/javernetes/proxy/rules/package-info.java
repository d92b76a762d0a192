/**
 * What traffic a Service wants to go where, whatever the data plane: Services and EndpointSlices
 * in, {@link dev.javernetes.proxy.rules.ServicePort}s out. Pure. Start reading at {@link
 * dev.javernetes.proxy.rules.ServicePorts}.
 */
@NullMarked
package dev.javernetes.proxy.rules;

import org.jspecify.annotations.NullMarked;
