package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupVersionKind;
import java.util.Map;

/**
 * The names of built-in types in upstream's OpenAPI: apps/v1 Deployment is {@code
 * io.k8s.api.apps.v1.Deployment}.
 */
public final class TypeNames {
  private static final Map<String, String> PACKAGES =
      Map.of(
          "",
          "io.k8s.api.core",
          "apiregistration.k8s.io",
          "io.k8s.kube-aggregator.pkg.apis.apiregistration",
          "apiextensions.k8s.io",
          "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
          "meta.k8s.io",
          "io.k8s.apimachinery.pkg.apis.meta",
          "flowcontrol.apiserver.k8s.io",
          "io.k8s.api.flowcontrol");

  private TypeNames() {}

  public static String of(GroupVersionKind kind) {
    String group = kind.group();
    String known = PACKAGES.get(group);
    if (known == null) {
      int dot = group.indexOf('.');
      known = "io.k8s.api." + (dot < 0 ? group : group.substring(0, dot));
    }
    return known + "." + kind.version() + "." + kind.kind();
  }
}
