package dev.javernetes.apiserver.authentication;

import java.util.List;
import java.util.Set;

/**
 * Which requests without credentials pass as {@code system:anonymous}; what they may do is for
 * authorization to say. No path given means every path.
 */
public record AnonymousAccess(boolean enabled, Set<String> paths) {
  /** For load balancers and clients' first contact. */
  public static final AnonymousAccess HEALTH_AND_VERSION =
      new AnonymousAccess(true, Set.of("/healthz", "/livez", "/readyz", "/version"));

  public static final AnonymousAccess EVERYWHERE = new AnonymousAccess(true, Set.of());
  public static final AnonymousAccess OFF = new AnonymousAccess(false, Set.of());

  public AnonymousAccess {
    paths = Set.copyOf(paths);
  }

  public static AnonymousAccess on(List<String> paths) {
    return new AnonymousAccess(true, Set.copyOf(paths));
  }

  boolean allows(String path) {
    return enabled && (paths.isEmpty() || paths.contains(path));
  }
}
