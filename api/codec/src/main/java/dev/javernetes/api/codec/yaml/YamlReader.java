package dev.javernetes.api.codec.yaml;

import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One YAML document as a JSON tree, as sigs.k8s.io/yaml reads it: scalars resolved by YAML 1.1's
 * rules, keys made strings, anchors and merge keys followed. What follows a second {@code ---} is
 * not looked at.
 *
 * <pre>{@code
 * a: yes          {"a": true, "b": 8, "c": "2020-01-01"}
 * b: 010
 * c: 2020-01-01
 * }</pre>
 *
 * <p>A key given twice is a strict error, not a failure: the last one wins.
 */
public final class YamlReader {
  /** A document may not grow beyond this by aliases (the "billion laughs"). */
  static final int NODE_LIMIT = 4_000_000;

  private static final int LEAST_BUFFER = 1 << 10;

  /** The tree and what a strict reader would refuse, go-yaml's words. */
  public record Document(@Nullable Object tree, List<String> strictErrors) {}

  private final Iterator<Event> events;
  private final Map<String, @Nullable Object> anchors = new HashMap<>();
  private final List<String> duplicates = new ArrayList<>();
  private int nodes;
  private int depth;

  private YamlReader(Iterator<Event> events) {
    this.events = events;
  }

  public static Document read(byte[] bytes) throws DecodeException {
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(Integer.MAX_VALUE)
            .setUseMarks(true)
            // in one piece: the parser copies all of a long scalar for each piece that it reads
            .setBufferSize(Math.max(LEAST_BUFFER, bytes.length))
            .setMaxAliasesForCollections(1000)
            .build();
    try {
      Iterator<Event> events =
          new Parse(settings)
              .parseReader(
                  new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8))
              .iterator();
      YamlReader reader = new YamlReader(events);
      Object tree = reader.document();
      return new Document(
          tree,
          reader.duplicates.isEmpty()
              ? List.of()
              : List.of("yaml: unmarshal errors:\n  " + String.join("\n  ", reader.duplicates)));
    } catch (MarkedYamlEngineException problem) {
      int line = problem.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      throw new DecodeException("yaml: line " + line + ": " + words(problem));
    } catch (YamlEngineException problem) {
      throw new DecodeException("yaml: " + problem.getMessage());
    } catch (StackOverflowError tooDeep) {
      throw new DecodeException("yaml: exceeded max depth");
    }
  }

  /** libyaml's words for the commonest problems, else the parser's own. */
  private static String words(MarkedYamlEngineException problem) {
    String text = problem.getProblem() == null ? "" : problem.getProblem();
    if (text.startsWith("expected the node content")) {
      return "did not find expected node content";
    }
    if (text.startsWith("expected <block end>")) {
      return String.valueOf(problem.getContext()).contains("mapping")
          ? "did not find expected key"
          : "did not find expected '-' indicator";
    }
    if (text.startsWith("expected ',' or '}'")) {
      return "did not find expected ',' or '}'";
    }
    if (text.startsWith("expected ',' or ']'")) {
      return "did not find expected ',' or ']'";
    }
    if (text.contains("cannot start any token")) {
      return "found character that cannot start any token";
    }
    if (text.contains("could not find expected ':'")) {
      return "could not find expected ':'";
    }
    return text;
  }

  private @Nullable Object document() throws DecodeException {
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case StreamStart, DocumentStart, Comment -> {}
        case StreamEnd, DocumentEnd -> {
          return null;
        }
        default -> {
          return node(event);
        }
      }
    }
    return null;
  }

  private @Nullable Object node(Event event) throws DecodeException {
    count(1);
    return switch (event) {
      case ScalarEvent scalar -> {
        Object value = resolve(scalar);
        scalar.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), value));
        yield value;
      }
      case SequenceStartEvent sequence -> sequence(sequence);
      case MappingStartEvent mapping -> mapping(mapping);
      case AliasEvent alias -> alias(alias);
      default -> throw new DecodeException("yaml: unexpected " + event.getEventId());
    };
  }

  private @Nullable Object alias(AliasEvent alias) throws DecodeException {
    String name = alias.getAlias().getValue();
    if (!anchors.containsKey(name)) {
      throw new DecodeException("yaml: unknown anchor '" + name + "' referenced");
    }
    Object value = anchors.get(name);
    count(size(value));
    return value instanceof JsonObject || value instanceof List<?> ? Json.deepCopy(value) : value;
  }

  private void count(int more) throws DecodeException {
    nodes += more;
    if (nodes > NODE_LIMIT || nodes < 0) {
      throw new DecodeException("yaml: document contains excessive aliasing");
    }
  }

  private static int size(@Nullable Object value) {
    int total = 1;
    if (value instanceof JsonObject object) {
      for (Object member : object.values()) {
        total += size(member);
      }
    } else if (value instanceof List<?> list) {
      for (Object element : list) {
        total += size(element);
      }
    }
    return total;
  }

  private List<@Nullable Object> sequence(SequenceStartEvent start) throws DecodeException {
    enter();
    List<@Nullable Object> list = new ArrayList<>();
    for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
      list.add(node(event));
    }
    depth--;
    start.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), list));
    return list;
  }

  private JsonObject mapping(MappingStartEvent start) throws DecodeException {
    enter();
    JsonObject object = new JsonObject();
    Set<String> given = new HashSet<>();
    List<JsonObject> merged = new ArrayList<>();
    for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
      int line = event.getStartMark().map(Mark::getLine).orElse(0) + 1;
      boolean merge =
          event instanceof ScalarEvent scalar
              && scalar.getScalarStyle() == ScalarStyle.PLAIN
              && scalar.getValue().equals("<<");
      Object key = node(event);
      Object value = node(next());
      if (merge) {
        addMerged(value, merged);
        continue;
      }
      String name = key(key);
      if (!given.add(name)) {
        duplicates.add("line " + line + ": key " + keyText(key) + " already set in map");
      }
      object.put(name, value);
    }
    for (JsonObject base : merged) {
      base.forEach(object::putIfAbsent);
    }
    depth--;
    start.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), object));
    return object;
  }

  private static void addMerged(@Nullable Object value, List<JsonObject> merged)
      throws DecodeException {
    if (value instanceof JsonObject base) {
      merged.add(base);
    } else if (value instanceof List<?> list) {
      for (Object element : list) {
        if (!(element instanceof JsonObject base)) {
          throw new DecodeException(
              "yaml: map merge requires map or sequence of maps as the value");
        }
        merged.add(base);
      }
    } else {
      throw new DecodeException("yaml: map merge requires map or sequence of maps as the value");
    }
  }

  private static String key(@Nullable Object key) throws DecodeException {
    return switch (key) {
      case String text -> text;
      case Long number -> Long.toString(number);
      case Boolean flag -> Boolean.toString(flag);
      case Double number -> Json.text(number);
      case null -> throw new DecodeException("unsupported map key of type: <nil>, key: <nil>");
      default -> throw new DecodeException("yaml: invalid map key: " + key);
    };
  }

  private static String keyText(@Nullable Object key) {
    return key instanceof String text ? GoQuote.quote(text) : String.valueOf(key);
  }

  private static @Nullable Object resolve(ScalarEvent scalar) throws DecodeException {
    String tag = scalar.getTag().orElse("");
    if (tag.equals("!") || tag.isEmpty()) {
      return scalar.getScalarStyle() == ScalarStyle.PLAIN && tag.isEmpty()
          ? YamlScalars.resolve(scalar.getValue())
          : scalar.getValue();
    }
    return YamlScalars.tagged(tag, scalar.getValue());
  }

  private Event next() {
    Event event = events.next();
    while (event.getEventId() == Event.ID.Comment) {
      event = events.next();
    }
    return event;
  }

  private void enter() throws DecodeException {
    if (++depth > Json.BODY_NESTING) {
      throw new DecodeException("yaml: exceeded max depth of " + Json.BODY_NESTING);
    }
  }
}
