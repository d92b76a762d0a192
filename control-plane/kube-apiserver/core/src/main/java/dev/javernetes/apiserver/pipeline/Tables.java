package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.TableColumns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Builds {@code meta.k8s.io/v1 Table}s: what {@code kubectl get} prints. */
final class Tables {
  private Tables() {}

  static JsonObject table(
      TableColumns columns,
      List<JsonObject> objects,
      JsonObject metadata,
      String includeObject,
      Instant now) {
    List<Object> definitions = new ArrayList<>();
    for (TableColumns.Column column : columns.columns()) {
      definitions.add(
          JsonObject.of(
              "name",
              column.name(),
              "type",
              column.type(),
              "format",
              column.format(),
              "description",
              column.description(),
              "priority",
              (long) column.priority()));
    }
    List<Object> rows = new ArrayList<>(objects.size());
    for (JsonObject object : objects) {
      JsonObject row = JsonObject.of("cells", new ArrayList<Object>(columns.cells(object, now)));
      List<JsonObject> conditions = columns.conditions(object);
      if (!conditions.isEmpty()) {
        row.put("conditions", new ArrayList<Object>(conditions));
      }
      switch (includeObject) {
        case "None" -> row.put("object", null);
        case "Object" -> row.put("object", object);
        default -> row.put("object", Responder.partial(object));
      }
      rows.add(row);
    }
    return JsonObject.of(
        "kind",
        "Table",
        "apiVersion",
        "meta.k8s.io/v1",
        "metadata",
        metadata,
        "columnDefinitions",
        definitions,
        "rows",
        rows);
  }
}
