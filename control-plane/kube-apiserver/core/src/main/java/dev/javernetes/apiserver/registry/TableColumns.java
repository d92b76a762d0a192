package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How objects look in {@code kubectl get}: the server's side of a {@code meta.k8s.io Table}. */
public interface TableColumns {

  /** Upstream's columns for kinds that have none of their own: name and creation time. */
  TableColumns NAME_AND_AGE =
      new TableColumns() {
        @Override
        public List<Column> columns() {
          return List.of(
              new Column("Name", "string", "name", "Name must be unique within a namespace.", 0),
              new Column("Created At", "date", "", "CreationTimestamp of the object.", 0));
        }

        @Override
        public List<@Nullable Object> cells(JsonObject object, Instant now) {
          JsonObject metadata = object.objectOrEmpty("metadata");
          return List.of(metadata.string("name"), metadata.string("creationTimestamp"));
        }
      };

  /**
   * A column's heading.
   *
   * @param type {@code string integer number boolean date}
   * @param format {@code name} for the first column, mostly {@code ""}
   * @param priority 0 is always shown, 1 only with {@code -o wide}
   */
  record Column(String name, String type, String format, String description, int priority) {}

  List<Column> columns();

  /** The row's conditions: a pod that is done says so. */
  default List<JsonObject> conditions(JsonObject object) {
    return List.of();
  }

  /** One cell for each column: strings, {@code Long}s, booleans or {@code null}. */
  List<@Nullable Object> cells(JsonObject object, Instant now);
}
