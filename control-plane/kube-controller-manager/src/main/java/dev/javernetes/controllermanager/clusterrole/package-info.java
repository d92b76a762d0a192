/**
 * Fills ClusterRoles that are made of others. Uses the loop package and the client. Start reading
 * at {@link dev.javernetes.controllermanager.clusterrole.ClusterRoleAggregationController}.
 */
@NullMarked
package dev.javernetes.controllermanager.clusterrole;

import org.jspecify.annotations.NullMarked;
