package dev.javernetes.api.schema.openapi;

import dev.javernetes.api.schema.Schema;
import java.util.List;

/**
 * The type of a custom resource, or of a list of them.
 *
 * @param schema as version 3 shows it
 * @param swagger the little of it that clients of version 2 can cope with
 * @param selectableFields what field selectors may name: {@code spec.host}
 */
public record CustomType(Schema schema, Schema swagger, List<String> selectableFields) {
  public CustomType {
    selectableFields = List.copyOf(selectableFields);
  }
}
