/**
 * Says how many pods a PodDisruptionBudget can spare. Uses the loop package and the client. Start
 * reading at {@link dev.javernetes.controllermanager.disruption.Budget}.
 */
@NullMarked
package dev.javernetes.controllermanager.disruption;

import org.jspecify.annotations.NullMarked;
