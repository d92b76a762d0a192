package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.apiserver.request.UserInfo;
import java.time.Instant;

/**
 * Who does what, for the strategy of a resource.
 *
 * @param requested the version the client speaks; the object itself is in the working version
 * @param subresource {@code ""} for the resource itself
 * @param verb what the client asked for: {@code create}, {@code update}, {@code patch} …
 * @param now the time of the request
 */
public record StrategyContext(
    UserInfo user,
    GroupVersionKind requested,
    String namespace,
    String subresource,
    String verb,
    boolean dryRun,
    Instant now) {}
