/**
 * Rolls a Deployment's pods from one template to the next, through ReplicaSets. Uses the loop
 * package and the client. Start reading at {@link
 * dev.javernetes.controllermanager.deployment.DeploymentPlan}.
 */
@NullMarked
package dev.javernetes.controllermanager.deployment;

import org.jspecify.annotations.NullMarked;
