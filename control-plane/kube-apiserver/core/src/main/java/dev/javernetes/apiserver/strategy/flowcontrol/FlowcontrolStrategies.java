package dev.javernetes.apiserver.strategy.flowcontrol;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** FlowSchema and PriorityLevelConfiguration. */
public final class FlowcontrolStrategies {
  public static final Strategy FLOW_SCHEMA = new FlowSchemaStrategy();
  public static final Strategy PRIORITY_LEVEL = new PriorityLevelStrategy();

  private FlowcontrolStrategies() {}

  static void validateConditions(JsonObject object, ErrorList errors) {
    List<JsonObject> conditions = object.objectOrEmpty("status").objects("conditions");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < conditions.size(); i++) {
      FieldPath path = FieldPath.of("status", "conditions").index(i).child("type");
      String type = conditions.get(i).string("type");
      if (!seen.add(type)) {
        errors.duplicate(path, type);
      }
      if (type.isEmpty()) {
        errors.required(path, "");
      }
    }
  }
}
