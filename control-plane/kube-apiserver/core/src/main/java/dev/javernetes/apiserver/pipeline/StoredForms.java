package dev.javernetes.apiserver.pipeline;

import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.watchcache.ResourceCache;
import dev.javernetes.apiserver.watchcache.StoreFeed;
import dev.javernetes.apiserver.watchcache.StoredForm;

/** How each resource's objects are stored; the caches know. */
record StoredForms(StoreFeed feed, ObjectCodec codec) {
  StoredForm of(ResourceDefinition definition) {
    ResourceCache cache = feed.cache(definition);
    return cache == null || cache.definition() != definition
        ? new StoredForm(definition, codec::decodeStored)
        : cache.form();
  }
}
