package dev.javernetes.apiserver.security;

import dev.javernetes.apiserver.authentication.AuthenticationSettings;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an API server is guarded.
 *
 * @param modes asked in this order, after group system:masters which may do everything
 * @param abacPolicy the text of the policy file, for mode ABAC
 * @param disabledPlugins admission plug-ins that are not to run, by upstream's names
 */
public record SecuritySettings(
    AuthenticationSettings authentication,
    List<AuthorizationMode> modes,
    @Nullable String abacPolicy,
    Set<String> disabledPlugins) {

  public SecuritySettings {
    modes = List.copyOf(modes);
    disabledPlugins = Set.copyOf(disabledPlugins);
    if (modes.isEmpty()) {
      throw new IllegalArgumentException("at least one authorization mode is needed");
    }
    if (modes.contains(AuthorizationMode.ABAC) && abacPolicy == null) {
      throw new IllegalArgumentException("mode ABAC needs a policy file");
    }
  }

  /** Node and RBAC, as upstream runs. */
  public static SecuritySettings standard(AuthenticationSettings authentication) {
    return new SecuritySettings(
        authentication, List.of(AuthorizationMode.NODE, AuthorizationMode.RBAC), null, Set.of());
  }
}
