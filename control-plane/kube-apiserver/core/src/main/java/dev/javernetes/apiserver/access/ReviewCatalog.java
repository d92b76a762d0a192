package dev.javernetes.apiserver.access;

import dev.javernetes.api.machinery.GroupResource;
import org.jspecify.annotations.Nullable;

/** The reviews by resource and subresource ({@code ""} for none). */
@FunctionalInterface
public interface ReviewCatalog {
  /** {@code null} if that resource is no review. */
  @Nullable Review review(GroupResource resource, String subresource);
}
