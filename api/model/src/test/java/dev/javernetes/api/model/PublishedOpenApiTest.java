package dev.javernetes.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The generated schemas against upstream's published OpenAPI v3, where it is at hand. Every
 * difference must stand, with its reason, in {@code openapi-differences.txt}, and every line there
 * must still be true.
 */
class PublishedOpenApiTest {
  private static final Path REFERENCE =
      Path.of(
          System.getProperty("j8s.reference", "../shared/reference"),
          "upstream",
          "openapi-v3.json.gz");

  @Test
  void differsFromUpstreamOnlyWhereExplained() throws Exception {
    Assumptions.assumeTrue(Files.exists(REFERENCE), "no reference OpenAPI here: " + REFERENCE);
    Set<String> found = new TreeSet<>();
    Map<String, JsonObject> published = published();
    published.forEach((name, schema) -> compareType(name, schema, found));
    assertThat(found).isEqualTo(explained());
  }

  private static void compareType(String name, JsonObject published, Set<String> found) {
    if (!BuiltInSchemas.get().names().contains(name)) {
      found.add(name + ": missing");
      return;
    }
    Schema ours = BuiltInSchemas.get().type(name);
    describe(found, name, published.string("description"), ours.description());
    expect(
        found, name + " required", sorted(published.strings("required")), sorted(ours.required()));
    expect(
        found,
        name + " map type",
        published.string("x-kubernetes-map-type"),
        ours.mapType() == null ? "" : ours.mapType().name().toLowerCase(Locale.ROOT));
    JsonObject properties = published.objectOrEmpty("properties");
    expect(
        found,
        name + " properties",
        sorted(properties.keySet()),
        sorted(ours.properties().keySet()));
    properties.forEach((property, schema) -> {
      Schema own = ours.property(property);
      if (own != null && schema instanceof JsonObject object) {
        compareProperty(name + "." + property, object, own, found);
      }
    });
  }

  private static void compareProperty(
      String name, JsonObject published, Schema ours, Set<String> found) {
    String description = published.string("description");
    int enumeration = description.indexOf("\n\nPossible enum values:");
    describe(
        found,
        name,
        enumeration < 0 ? description : description.substring(0, enumeration),
        ours.description());
    expect(found, name + " default", published.get("default"), publishedDefault(ours));
    expect(
        found,
        name + " list type",
        published.string("x-kubernetes-list-type"),
        ours.listType() == null ? "" : ours.listType().name().toLowerCase(Locale.ROOT));
    expect(
        found,
        name + " list map keys",
        published.strings("x-kubernetes-list-map-keys"),
        ours.listMapKeys());
    if (ours.reference() == null) {
      expect(
          found,
          name + " map type",
          published.string("x-kubernetes-map-type"),
          ours.mapType() == null ? "" : ours.mapType().name().toLowerCase(Locale.ROOT));
    }
    expect(
        found,
        name + " merge key",
        published.string("x-kubernetes-patch-merge-key"),
        ours.patchMergeKey() == null ? "" : ours.patchMergeKey());
    expect(
        found,
        name + " patch strategy",
        sorted(
            published.string("x-kubernetes-patch-strategy").isEmpty()
                ? List.of()
                : List.of(published.string("x-kubernetes-patch-strategy").split(","))),
        sorted(
            ours.patchStrategies().stream()
                .map(s ->
                    s == Schema.PatchStrategy.RETAIN_KEYS
                        ? "retainKeys"
                        : s.name().toLowerCase(Locale.ROOT))
                .toList()));
    expect(
        found,
        name + " enum",
        published.strings("enum"),
        ours.type() == Schema.Type.ARRAY || ours.isMap() ? List.of() : ours.enumeration());
    compareShape(name, published, ours, found);
  }

  private static void compareShape(
      String name, JsonObject published, Schema ours, Set<String> found) {
    expect(
        found,
        name + " reference",
        reference(published),
        ours.reference() == null ? "" : ours.reference());
    if (ours.reference() == null) {
      expect(
          found,
          name + " type",
          published.string("type"),
          ours.type().name().toLowerCase(Locale.ROOT));
      expect(found, name + " format", published.string("format"), ours.format());
    }
    JsonObject items = published.object("items");
    Schema ownItems = ours.reference() == null ? ours.items() : null;
    if (items != null && ownItems != null) {
      compareShape(name + "[]", items, ownItems, found);
    } else {
      expect(found, name + " items", items == null, ownItems == null);
    }
    JsonObject values = published.object("additionalProperties");
    Schema ownValues = ours.reference() == null ? ours.additionalProperties() : null;
    if (values != null && ownValues != null) {
      compareShape(name + "{}", values, ownValues, found);
    } else {
      expect(found, name + " values", values == null, ownValues == null);
    }
  }

  /** OpenAPI v3 also shows Go's zero of whatever is held by value and always written. */
  private static @Nullable Object publishedDefault(Schema ours) {
    if (ours.defaultValue() != null) {
      return ours.defaultValue();
    }
    return ours.zeroDefault();
  }

  private static String reference(JsonObject published) {
    String direct = published.string("$ref");
    if (direct.isEmpty() && !published.objects("allOf").isEmpty()) {
      direct = published.objects("allOf").getFirst().string("$ref");
    }
    return direct.substring(direct.lastIndexOf('/') + 1);
  }

  private static void describe(Set<String> found, String name, String published, String ours) {
    if (!published.equals(ours)) {
      found.add(name + " description");
    }
  }

  private static void expect(
      Set<String> found, String what, @Nullable Object published, @Nullable Object ours) {
    if (published instanceof List<?> list
        && list.isEmpty()
        && ours instanceof List<?> own
        && own.isEmpty()) {
      return;
    }
    if (!java.util.Objects.equals(published, ours)) {
      found.add(what + ": upstream " + shown(published) + ", ours " + shown(ours));
    }
  }

  private static String shown(@Nullable Object value) {
    return String.valueOf(value).replace("\n", "\\n");
  }

  private static List<String> sorted(Iterable<String> names) {
    Set<String> sorted = new TreeSet<>();
    names.forEach(sorted::add);
    return new ArrayList<>(sorted);
  }

  private static Map<String, JsonObject> published() throws Exception {
    Map<String, JsonObject> schemas = new TreeMap<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(REFERENCE))) {
      Json.parseObject(in.readAllBytes())
          .forEach((path, document) -> {
            if (document instanceof JsonObject object
                && object.at("components", "schemas") instanceof JsonObject components) {
              components.forEach((name, schema) -> schemas.put(name, (JsonObject) schema));
            }
          });
    }
    return schemas;
  }

  private static Set<String> explained() throws IOException {
    Set<String> lines = new HashSet<>();
    try (InputStream in =
        PublishedOpenApiTest.class.getResourceAsStream("openapi-differences.txt")) {
      if (in != null) {
        for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
          if (!line.isBlank() && !line.startsWith("#")) {
            lines.add(line);
          }
        }
      }
    }
    return new TreeSet<>(lines);
  }
}
