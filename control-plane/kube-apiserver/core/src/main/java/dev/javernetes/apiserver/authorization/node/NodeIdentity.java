package dev.javernetes.apiserver.authorization.node;

import dev.javernetes.apiserver.request.UserInfo;
import java.util.Optional;

/** A kubelet's identity: user {@code system:node:NAME} in group {@code system:nodes}. */
public record NodeIdentity(String nodeName) {
  private static final String PREFIX = "system:node:";
  private static final String GROUP = "system:nodes";

  /** Empty for whoever is not a node. */
  public static Optional<NodeIdentity> of(UserInfo user) {
    if (!user.name().startsWith(PREFIX) || !user.isIn(GROUP)) {
      return Optional.empty();
    }
    return Optional.of(new NodeIdentity(user.name().substring(PREFIX.length())));
  }
}
