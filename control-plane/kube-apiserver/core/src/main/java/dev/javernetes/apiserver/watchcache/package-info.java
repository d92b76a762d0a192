/**
 * All objects of the store in memory, as encoded bytes with what selectors need beside them, and
 * the watches on them. Uses the store port, selectors and resource definitions. Start reading at
 * {@link dev.javernetes.apiserver.watchcache.StoreFeed} (one watch on the store feeds all caches),
 * then {@link dev.javernetes.apiserver.watchcache.ResourceCache}.
 */
@NullMarked
package dev.javernetes.apiserver.watchcache;

import org.jspecify.annotations.NullMarked;
