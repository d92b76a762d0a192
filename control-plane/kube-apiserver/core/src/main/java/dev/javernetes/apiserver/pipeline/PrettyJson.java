package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON for people: two spaces of indentation, as Go's MarshalIndent writes it. */
final class PrettyJson {
  private PrettyJson() {}

  static String of(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(value, "\n", out);
    return out.toString();
  }

  private static void write(@Nullable Object value, String line, StringBuilder out) {
    String inner = line + "  ";
    if (value instanceof Map<?, ?> object && !object.isEmpty()) {
      String separator = "{";
      for (Map.Entry<?, ?> member : object.entrySet()) {
        out.append(separator).append(inner);
        out.append(Json.text(member.getKey())).append(": ");
        write(member.getValue(), inner, out);
        separator = ",";
      }
      out.append(line).append('}');
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      String separator = "[";
      for (Object element : list) {
        out.append(separator).append(inner);
        write(element, inner, out);
        separator = ",";
      }
      out.append(line).append(']');
    } else {
      out.append(Json.text(value));
    }
  }
}
