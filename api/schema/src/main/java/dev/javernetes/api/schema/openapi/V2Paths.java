package dev.javernetes.api.schema.openapi;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.openapi.Operation.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Paths in Swagger 2.0; query parameters stand once and are referred to. */
final class V2Paths {
  private static final Map<Integer, String> REASONS =
      Map.of(200, "OK", 201, "Created", 202, "Accepted");

  private final TreeMap<String, JsonObject> shared = new TreeMap<>();

  JsonObject render(Map<String, Map<String, Operation>> paths) {
    JsonObject out = new JsonObject();
    paths.forEach((path, methods) -> {
      JsonObject item = new JsonObject();
      List<Parameter> common = OpenApi.common(methods.values());
      methods.forEach((method, operation) -> item.put(method, operation(operation, common)));
      if (!common.isEmpty()) {
        item.put("parameters", parameters(common));
      }
      out.put(path, item);
    });
    return out;
  }

  /** After {@link #render}: the parameters that were referred to. */
  JsonObject shared() {
    return new JsonObject(shared);
  }

  private JsonObject operation(Operation operation, List<Parameter> common) {
    JsonObject out = new JsonObject();
    out.put("description", operation.description());
    if (!operation.consumes().isEmpty()) {
      out.put("consumes", new ArrayList<@Nullable Object>(operation.consumes()));
    }
    out.put("produces", new ArrayList<@Nullable Object>(operation.produces()));
    out.put("schemes", OpenApi.list("https"));
    out.put("tags", OpenApi.list(operation.tag()));
    out.put("operationId", operation.id());
    List<@Nullable Object> parameters = new ArrayList<>();
    if (!operation.bodyType().isEmpty()) {
      JsonObject body = JsonObject.of("name", "body", "in", "body");
      if (operation.bodyRequired()) {
        body.put("required", true);
      }
      body.put("schema", reference(operation.bodyType()));
      parameters.add(body);
    }
    parameters.addAll(
        parameters(operation.parameters().stream().filter(p -> !common.contains(p)).toList()));
    if (!parameters.isEmpty()) {
      out.put("parameters", parameters);
    }
    JsonObject responses = new JsonObject();
    for (int code : operation.codes()) {
      responses.put(
          String.valueOf(code),
          JsonObject.of(
              "description",
              REASONS.get(code),
              "schema",
              operation.answerType().isEmpty()
                  ? JsonObject.of("type", "string")
                  : reference(operation.answerType())));
    }
    responses.put("401", JsonObject.of("description", "Unauthorized"));
    out.put("responses", responses);
    OpenApi.extensions(out, operation);
    return out;
  }

  private static JsonObject reference(String type) {
    return JsonObject.of("$ref", "#/definitions/" + type);
  }

  private List<@Nullable Object> parameters(List<Parameter> parameters) {
    List<@Nullable Object> out = new ArrayList<>();
    for (Parameter parameter : parameters) {
      JsonObject one = new JsonObject();
      one.put("uniqueItems", true);
      one.put("type", parameter.type());
      if (!parameter.description().isEmpty()) {
        one.put("description", parameter.description());
      }
      one.put("name", parameter.name());
      one.put("in", parameter.inPath() ? "path" : "query");
      if (parameter.inPath()) {
        one.put("required", true);
      }
      if (parameter.name().equals("name")) {
        out.add(one); // its description names the kind: not worth sharing
      } else {
        String key = parameter.name() + "-" + digest(one.toString());
        shared.put(key, one);
        out.add(JsonObject.of("$ref", "#/parameters/" + key));
      }
    }
    return out;
  }

  /** Six letters that differ for parameters of one name. */
  private static String digest(String content) {
    CRC32 crc = new CRC32();
    crc.update(content.getBytes(StandardCharsets.UTF_8));
    int value = (int) crc.getValue();
    byte[] bytes = {
      (byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24)
    };
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
