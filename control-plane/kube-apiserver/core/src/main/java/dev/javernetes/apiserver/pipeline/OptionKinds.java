package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.TableColumns;
import java.util.List;

/** Kinds that come in bodies but are no resources. */
final class OptionKinds {
  private OptionKinds() {}

  static ServedVersion of(GroupVersionKind kind, Schema schema) {
    return new ServedVersion(
        new GroupVersionResource(kind.group(), kind.version(), ""),
        kind,
        "",
        schema,
        true,
        true,
        null,
        List.of(),
        TableColumns.NAME_AND_AGE);
  }
}
