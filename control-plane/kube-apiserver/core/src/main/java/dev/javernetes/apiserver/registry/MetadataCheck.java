package dev.javernetes.apiserver.registry;

import java.util.List;

/**
 * One look at an object's metadata by its kind's own validation. The engine looks at every object's
 * metadata itself; upstream's kinds look again, some once, some twice and some not at all, and a
 * client sees a cause for each look.
 *
 * <pre>{@code
 * PUT configmaps/a with a bad label:  the engine's 2 looks, then UPDATE, then CREATE: four causes
 * }</pre>
 */
public enum MetadataCheck {
  /** As on creation, and finalizers without a domain must be known ones (core's validation). */
  CREATE,
  /** As on creation: what apimachinery checks, which kinds outside core's validation use. */
  CREATE_GENERIC,
  /** As {@link #CREATE}, but generateName may be anything. */
  CREATE_GIVEN_NAME,
  /** What may not change, and finalizers without a domain must be known ones. */
  UPDATE,
  /** What may not change. */
  UPDATE_GENERIC;

  public static final List<MetadataCheck> NOTHING = List.of();
}
