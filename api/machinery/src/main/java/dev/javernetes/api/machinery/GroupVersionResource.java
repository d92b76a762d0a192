package dev.javernetes.api.machinery;

/** Where objects are served: {@code apps/v1, Resource=deployments}. */
public record GroupVersionResource(String group, String version, String resource) {

  public static GroupVersionResource of(String apiVersion, String resource) {
    return GroupVersion.parse(apiVersion).resource(resource);
  }

  public GroupVersion groupVersion() {
    return new GroupVersion(group, version);
  }

  public GroupResource groupResource() {
    return new GroupResource(group, resource);
  }

  /** {@code /api/v1} or {@code /apis/apps/v1}. */
  public String root() {
    return group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
  }

  @Override
  public String toString() {
    return groupVersion() + ", Resource=" + resource;
  }
}
