/**
 * Dynamic resource allocation: defaults, validation, allowed updates, warnings. Uses the shared
 * rules of the package above. Start reading at {@link
 * dev.javernetes.apiserver.strategy.resource.ResourceClaimStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.resource;

import org.jspecify.annotations.NullMarked;
