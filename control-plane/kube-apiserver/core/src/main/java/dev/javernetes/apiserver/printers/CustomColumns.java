package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.HumanDuration;
import dev.javernetes.api.machinery.Timestamps;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code additionalPrinterColumns} of a custom resource definition: the first value that a path
 * finds, shown as the column's type asks.
 */
final class CustomColumns {
  private CustomColumns() {}

  static Printer of(List<JsonObject> columns) {
    Printer printer = Printer.named();
    if (columns.isEmpty()) {
      return printer.add(
          "Age",
          "date",
          "",
          Printer.documented("meta.v1.ObjectMeta.creationTimestamp"),
          0,
          row -> cell(row, JsonPath.parse(".metadata.creationTimestamp"), "date"));
    }
    for (JsonObject column : columns) {
      String path = column.string("jsonPath");
      JsonPath parsed = JsonPath.parse(path);
      String type = column.string("type");
      String description = column.string("description");
      printer.add(
          column.string("name"),
          type,
          column.string("format"),
          () ->
              description.isEmpty()
                  ? "Custom resource definition column (in JSONPath format): " + path
                  : description,
          (int) column.integer("priority"),
          row -> cell(row, parsed, type));
    }
    return printer;
  }

  private static @Nullable Object cell(Row row, JsonPath path, String type) {
    List<@Nullable Object> found = path.find(row.object());
    Object value = found.isEmpty() ? null : found.getFirst();
    if (value == null) {
      return null;
    }
    return switch (type) {
      case "string" -> value instanceof String text ? text : Json.text(value);
      case "integer" -> value instanceof Number number ? (Object) number.longValue() : null;
      case "number" -> value instanceof Number number ? (Object) number.doubleValue() : null;
      case "boolean" -> value instanceof Boolean ? value : null;
      case "date" -> value instanceof String text ? date(text, row.now()) : null;
      default -> null;
    };
  }

  private static String date(String text, Instant now) {
    if (text.isEmpty()) {
      return Row.UNKNOWN;
    }
    Instant time = Timestamps.parseOrNull(text);
    return time == null ? "<invalid>" : HumanDuration.format(Duration.between(time, now));
  }
}
