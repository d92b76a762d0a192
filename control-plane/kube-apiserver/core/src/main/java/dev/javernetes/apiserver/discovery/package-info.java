/**
 * What a client learns about the server itself: groups, resources, health, version, the list of
 * paths. Uses the registry. Start reading at {@link
 * dev.javernetes.apiserver.discovery.DiscoveryDocuments}.
 */
@NullMarked
package dev.javernetes.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
