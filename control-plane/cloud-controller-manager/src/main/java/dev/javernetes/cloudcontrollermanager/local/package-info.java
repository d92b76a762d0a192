/**
 * The cloud of those who have none: machines are what registers, and a load balancer is the node's
 * own address. Uses the provider port only. Start reading at {@link
 * dev.javernetes.cloudcontrollermanager.local.LocalCloud}.
 */
@NullMarked
package dev.javernetes.cloudcontrollermanager.local;

import org.jspecify.annotations.NullMarked;
