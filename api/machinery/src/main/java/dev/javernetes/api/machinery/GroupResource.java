package dev.javernetes.api.machinery;

/**
 * A resource whatever its version, as error messages name it: {@code deployments.apps}, {@code
 * pods}.
 */
public record GroupResource(String group, String resource) {
  @Override
  public String toString() {
    return group.isEmpty() ? resource : resource + "." + group;
  }
}
