package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.apiserver.registry.TableColumns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Columns of a kind, each with the function that fills its cell.
 *
 * <pre>{@code
 * Printer.named()
 *     .field("Type", "string", "core.v1.Secret.type", row -> row.object().string("type"))
 *     .age()
 * }</pre>
 *
 * <p>Descriptions of fields come from the schema, when somebody asks for the columns.
 */
final class Printer implements TableColumns {
  private static final String METADATA = "meta.v1.ObjectMeta.";

  private record Described(
      String name, String type, String format, Supplier<String> description, int priority) {}

  private final List<Described> described = new ArrayList<>();
  private final List<Function<Row, @Nullable Object>> cells = new ArrayList<>();
  private Function<Row, List<JsonObject>> conditions = row -> List.of();
  private volatile @Nullable List<Column> columns;

  private Printer() {}

  static Printer empty() {
    return new Printer();
  }

  /** Starts with the column Name. */
  static Printer named() {
    return named(Row::name);
  }

  static Printer named(Function<Row, @Nullable Object> name) {
    return empty().add("Name", "string", "name", documented(METADATA + "name"), 0, name);
  }

  /** A column that shows a field and has its description. */
  Printer field(String name, String type, String field, Function<Row, @Nullable Object> cell) {
    return add(name, type, "", documented(field), 0, cell);
  }

  Printer wideField(String name, String type, String field, Function<Row, @Nullable Object> cell) {
    return add(name, type, "", documented(field), 1, cell);
  }

  /** A column with a description of its own. */
  Printer column(
      String name, String type, String description, Function<Row, @Nullable Object> cell) {
    return add(name, type, "", () -> description, 0, cell);
  }

  Printer wideColumn(
      String name, String type, String description, Function<Row, @Nullable Object> cell) {
    return add(name, type, "", () -> description, 1, cell);
  }

  Printer age() {
    return field("Age", "string", METADATA + "creationTimestamp", Row::age);
  }

  /** Names and images of a template's containers, in the wide view. */
  Printer containers(Function<Row, JsonObject> podSpec) {
    return wideColumn(
            "Containers",
            "string",
            "Names of each container in the template.",
            row -> Row.containerNames(podSpec.apply(row)))
        .wideColumn(
            "Images",
            "string",
            "Images referenced by each container in the template.",
            row -> Row.containerImages(podSpec.apply(row)));
  }

  /** A cell without a column: upstream has one. */
  Printer surplus(Function<Row, @Nullable Object> cell) {
    cells.add(cell);
    return this;
  }

  Printer add(
      String name,
      String type,
      String format,
      Supplier<String> description,
      int priority,
      Function<Row, @Nullable Object> cell) {
    described.add(new Described(name, type, format, description, priority));
    cells.add(cell);
    return this;
  }

  /** The row's conditions: whether the object has completed. */
  Printer conditions(Function<Row, List<JsonObject>> conditions) {
    this.conditions = conditions;
    return this;
  }

  @Override
  public List<Column> columns() {
    List<Column> known = columns;
    if (known == null) {
      known =
          described.stream()
              .map(d ->
                  new Column(d.name(), d.type(), d.format(), d.description().get(), d.priority()))
              .toList();
      columns = known;
    }
    return known;
  }

  @Override
  public List<@Nullable Object> cells(JsonObject object, Instant now) {
    Row row = new Row(object, now);
    List<@Nullable Object> filled = new ArrayList<>(cells.size());
    for (Function<Row, @Nullable Object> cell : cells) {
      filled.add(cell.apply(row));
    }
    return Collections.unmodifiableList(filled);
  }

  @Override
  public List<JsonObject> conditions(JsonObject object) {
    return conditions.apply(new Row(object, Instant.EPOCH));
  }

  /** {@code core.v1.PodSpec.nodeName}: the field's description in the schema. */
  static Supplier<String> documented(String field) {
    return () -> {
      int dot = field.lastIndexOf('.');
      String type = field.substring(0, dot);
      Schema schema =
          BuiltInSchemas.get()
              .type(
                  type.startsWith("meta.")
                      ? "io.k8s.apimachinery.pkg.apis." + type
                      : "io.k8s.api." + type)
              .property(field.substring(dot + 1));
      return schema == null ? "" : schema.description();
    };
  }
}
