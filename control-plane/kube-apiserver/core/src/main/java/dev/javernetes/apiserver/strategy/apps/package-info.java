/**
 * Deployments, replica sets, stateful sets, daemon sets: defaults, validation, allowed updates,
 * warnings. Uses the shared rules of the package above. Start reading at {@link
 * dev.javernetes.apiserver.strategy.apps.DeploymentStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.apps;

import org.jspecify.annotations.NullMarked;
