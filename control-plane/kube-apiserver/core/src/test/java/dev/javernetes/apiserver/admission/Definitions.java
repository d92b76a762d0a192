package dev.javernetes.apiserver.admission;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.apiserver.registry.Conversion;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.Scope;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.TableColumns;
import java.util.List;
import java.util.OptionalLong;

/** Resource definitions for tests of admission. */
final class Definitions {
  private Definitions() {}

  static ResourceDefinition pods() {
    ServedVersion version =
        new ServedVersion(
            new GroupVersionResource("", "v1", "pods"),
            new GroupVersionKind("", "v1", "Pod"),
            "PodList",
            Schema.builder().build(),
            true,
            true,
            null,
            List.of(),
            TableColumns.NAME_AND_AGE);
    return new ResourceDefinition(
        new GroupResource("", "pods"),
        "pod",
        List.of("po"),
        List.of("all"),
        Scope.NAMESPACED,
        "/registry/pods/",
        List.of("create"),
        List.of(),
        List.of(version),
        Conversion.RENAME,
        Strategy.SCHEMA_ONLY,
        OptionalLong.empty(),
        false);
  }
}
