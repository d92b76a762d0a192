/**
 * cloud-controller-manager: the port behind which a cloud stands, and the loops that ask it about
 * nodes, routes and load balancers. Uses the client and the model. Start reading at {@link
 * dev.javernetes.cloudcontrollermanager.CloudProvider}.
 */
@NullMarked
package dev.javernetes.cloudcontrollermanager;

import org.jspecify.annotations.NullMarked;
