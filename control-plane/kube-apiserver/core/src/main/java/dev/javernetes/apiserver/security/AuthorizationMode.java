package dev.javernetes.apiserver.security;

/** The values of {@code --authorization-mode} that need no file. */
public enum AuthorizationMode {
  NODE,
  RBAC,
  ABAC,
  ALWAYS_ALLOW,
  ALWAYS_DENY;

  /** By upstream's name: {@code Node}, {@code RBAC}, {@code ABAC}, {@code AlwaysAllow}, … */
  public static AuthorizationMode of(String flag) {
    return switch (flag) {
      case "Node" -> NODE;
      case "RBAC" -> RBAC;
      case "ABAC" -> ABAC;
      case "AlwaysAllow" -> ALWAYS_ALLOW;
      case "AlwaysDeny" -> ALWAYS_DENY;
      default -> throw new IllegalArgumentException("\"" + flag + "\" is not a valid mode");
    };
  }
}
