package dev.javernetes.api.machinery;

/**
 * An API group and one of its versions; the core group's name is empty: {@code apps/v1}, {@code
 * v1}.
 */
public record GroupVersion(String group, String version) {

  /**
   * Reads an {@code apiVersion}; {@code IllegalArgumentException} if it has more than one slash.
   */
  public static GroupVersion parse(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    if (slash < 0) {
      return new GroupVersion("", apiVersion);
    }
    if (apiVersion.indexOf('/', slash + 1) >= 0) {
      throw new IllegalArgumentException("unexpected GroupVersion string: " + apiVersion);
    }
    return new GroupVersion(apiVersion.substring(0, slash), apiVersion.substring(slash + 1));
  }

  public GroupVersionKind kind(String kind) {
    return new GroupVersionKind(group, version, kind);
  }

  public GroupVersionResource resource(String resource) {
    return new GroupVersionResource(group, version, resource);
  }

  /** The {@code apiVersion}. */
  @Override
  public String toString() {
    return group.isEmpty() ? version : group + "/" + version;
  }
}
