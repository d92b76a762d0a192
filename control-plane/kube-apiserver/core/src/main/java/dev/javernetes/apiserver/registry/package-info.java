/**
 * What the API server serves: one {@link dev.javernetes.apiserver.registry.ResourceDefinition} per
 * resource, built in or custom, and the ports through which the rest of the server reads objects.
 * Uses the api modules only. Start reading at {@code ResourceDefinition}, then {@code Strategy}.
 */
@NullMarked
package dev.javernetes.apiserver.registry;

import org.jspecify.annotations.NullMarked;
