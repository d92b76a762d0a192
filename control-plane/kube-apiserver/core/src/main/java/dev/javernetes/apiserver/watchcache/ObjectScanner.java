package dev.javernetes.apiserver.watchcache;

import dev.javernetes.apiserver.registry.SelectableField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads from an encoded object, in one pass and without a tree, what selectors need: name,
 * namespace, labels and the selectable fields.
 */
final class ObjectScanner {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** What was found. */
  record Found(
      String name, String namespace, Map<String, String> labels, List<String> fieldValues) {}

  /** A node of the tree of wanted paths. */
  private static final class Wanted {
    final Map<String, Wanted> children = new HashMap<>();
    int field = -1;
  }

  private final List<SelectableField> fields;
  private final Wanted root = new Wanted();
  private final String[] absent;

  /** Which field stands in for an empty one; -1: none. */
  private final int[] otherwise;

  ObjectScanner(List<SelectableField> fields) {
    this.fields = fields;
    this.absent = fields.stream().map(SelectableField::absent).toArray(String[]::new);
    List<String> names = fields.stream().map(SelectableField::name).toList();
    this.otherwise = fields.stream().mapToInt(field -> names.indexOf(field.otherwise())).toArray();
    for (int i = 0; i < fields.size(); i++) {
      Wanted node = root;
      for (String part : fields.get(i).path()) {
        node = node.children.computeIfAbsent(part, unused -> new Wanted());
      }
      node.field = i;
    }
  }

  Found scan(byte[] object) {
    Scan scan = new Scan(absent.clone());
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), object)) {
      parser.nextToken();
      scan.members(parser, root, true);
    }
    for (int i = 0; i < otherwise.length; i++) {
      if (otherwise[i] >= 0 && scan.values[i].isEmpty()) {
        scan.values[i] = scan.values[otherwise[i]];
      }
    }
    Map<String, String> labels = scan.labels == null ? Map.of() : Map.copyOf(scan.labels);
    List<String> values = fields.isEmpty() ? List.of() : Arrays.asList(scan.values);
    return new Found(scan.name, scan.namespace, labels, values);
  }

  /** One pass over one object. */
  private static final class Scan {
    final String[] values;
    String name = "";
    String namespace = "";
    @Nullable Map<String, String> labels;

    Scan(String[] values) {
      this.values = values;
    }

    void members(JsonParser parser, @Nullable Wanted wanted, boolean top) {
      for (String member = parser.nextName(); member != null; member = parser.nextName()) {
        JsonToken token = parser.nextToken();
        if (top && member.equals("metadata") && token == JsonToken.START_OBJECT) {
          metadata(parser);
          continue;
        }
        Wanted child = wanted == null ? null : wanted.children.get(member);
        if (child == null) {
          parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT) {
          members(parser, child, false);
        } else if (child.field >= 0 && token.isScalarValue() && token != JsonToken.VALUE_NULL) {
          values[child.field] = parser.getString();
        } else if (child.field >= 0 && token == JsonToken.START_ARRAY) {
          values[child.field] = array(parser);
        } else {
          parser.skipChildren();
        }
      }
    }

    /** Only {@code status.podIPs} is a list: its addresses, joined by commas. */
    private static String array(JsonParser parser) {
      List<String> parts = new ArrayList<>();
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          parts.add(parser.getString());
        }
      }
      return String.join(",", parts);
    }

    private void metadata(JsonParser parser) {
      for (String member = parser.nextName(); member != null; member = parser.nextName()) {
        JsonToken token = parser.nextToken();
        switch (member) {
          case "name" -> name = token == JsonToken.VALUE_STRING ? parser.getString() : "";
          case "namespace" -> namespace = token == JsonToken.VALUE_STRING ? parser.getString() : "";
          case "labels" -> {
            if (token == JsonToken.START_OBJECT) {
              labels = strings(parser);
            }
          }
          default -> parser.skipChildren();
        }
      }
    }

    private static Map<String, String> strings(JsonParser parser) {
      Map<String, String> strings = new HashMap<>();
      for (String member = parser.nextName(); member != null; member = parser.nextName()) {
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          strings.put(member.intern(), parser.getString().intern());
        } else {
          parser.skipChildren();
        }
      }
      return strings;
    }
  }
}
