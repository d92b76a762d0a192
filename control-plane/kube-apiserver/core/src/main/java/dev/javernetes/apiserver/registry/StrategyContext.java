package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.apiserver.request.UserInfo;
import java.time.Instant;

/**
 * Who does what, for the strategy of a resource.
 *
 * @param requested the version the client speaks; the object itself is in the working version
 * @param subresource {@code ""} for the resource itself
 * @param now the time of the request
 */
public record StrategyContext(
    UserInfo user,
    GroupVersionKind requested,
    String namespace,
    String subresource,
    boolean dryRun,
    Instant now) {}
