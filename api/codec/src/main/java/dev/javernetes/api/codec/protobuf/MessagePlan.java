package dev.javernetes.api.codec.protobuf;

import dev.javernetes.api.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a protobuf message by number: a JSON member, or an embedded message whose fields
 * are members of the same JSON object.
 */
final class MessagePlan {

  sealed interface Field {}

  record Member(String name, Schema schema) implements Field {}

  record Embedded(MessagePlan plan) implements Field {}

  private final TreeMap<Integer, Field> fields = new TreeMap<>();

  static MessagePlan of(Schema type) {
    MessagePlan plan = new MessagePlan();
    for (Map.Entry<String, Schema> property : type.properties().entrySet()) {
      Schema schema = property.getValue();
      if (schema.protoNumber() > 0) {
        plan.within(schema.protoParents())
            .fields
            .put(schema.protoNumber(), new Member(property.getKey(), schema));
      }
    }
    return plan;
  }

  private MessagePlan within(List<Integer> parents) {
    MessagePlan plan = this;
    for (int parent : parents) {
      Field field = plan.fields.computeIfAbsent(parent, n -> new Embedded(new MessagePlan()));
      if (!(field instanceof Embedded embedded)) {
        throw new IllegalStateException("field " + parent + " is both a member and a message");
      }
      plan = embedded.plan;
    }
    return plan;
  }

  @Nullable Field field(int number) {
    return fields.get(number);
  }

  /** Highest number first, as {@link WireWriter} wants them. */
  Iterable<Map.Entry<Integer, Field>> backwards() {
    return fields.descendingMap().entrySet();
  }
}
