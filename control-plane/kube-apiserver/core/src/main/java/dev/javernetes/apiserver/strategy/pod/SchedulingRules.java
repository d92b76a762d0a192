package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a pod may run: affinity, tolerations, spread constraints; also used by volumes and quotas.
 */
public final class SchedulingRules {
  public static final List<String> TAINT_EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

  private SchedulingRules() {}

  static void affinity(@Nullable JsonObject affinity, FieldPath path, ErrorList errors) {
    if (affinity == null) {
      return;
    }
    JsonObject node = affinity.object("nodeAffinity");
    if (node != null) {
      FieldPath at = path.child("nodeAffinity");
      if (node.object(REQUIRED) instanceof JsonObject required) {
        nodeSelector(required, at.child(REQUIRED), errors);
      }
      List<JsonObject> terms = node.objects(PREFERRED);
      for (int i = 0; i < terms.size(); i++) {
        FieldPath term = at.child(PREFERRED).index(i);
        weight(terms.get(i), term, errors);
        nodeSelectorTerm(
            terms.get(i).objectOrEmpty("preference"), false, term.child("preference"), errors);
      }
    }
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      JsonObject given = affinity.object(kind);
      if (given == null) {
        continue;
      }
      FieldPath at = path.child(kind);
      List<JsonObject> required = given.objects(REQUIRED);
      for (int i = 0; i < required.size(); i++) {
        podTerm(required.get(i), at.child(REQUIRED).index(i), errors);
      }
      List<JsonObject> preferred = given.objects(PREFERRED);
      for (int i = 0; i < preferred.size(); i++) {
        FieldPath term = at.child(PREFERRED).index(i);
        weight(preferred.get(i), term, errors);
        podTerm(
            preferred.get(i).objectOrEmpty("podAffinityTerm"),
            term.child("podAffinityTerm"),
            errors);
      }
    }
  }

  private static void weight(JsonObject term, FieldPath path, ErrorList errors) {
    long weight = term.integer("weight");
    if (weight <= 0 || weight > 100) {
      errors.invalid(path.child("weight"), weight, "must be in the range 1-100");
    }
  }

  public static void nodeSelector(JsonObject selector, FieldPath path, ErrorList errors) {
    List<JsonObject> terms = selector.objects("nodeSelectorTerms");
    if (terms.isEmpty()) {
      errors.required(path.child("nodeSelectorTerms"), "must have at least one node selector term");
      return;
    }
    for (int i = 0; i < terms.size(); i++) {
      nodeSelectorTerm(terms.get(i), true, path.child("nodeSelectorTerms").index(i), errors);
    }
  }

  private static void nodeSelectorTerm(
      JsonObject term, boolean checkValues, FieldPath path, ErrorList errors) {
    List<JsonObject> expressions = term.objects("matchExpressions");
    for (int i = 0; i < expressions.size(); i++) {
      nodeRequirement(
          expressions.get(i), checkValues, path.child("matchExpressions").index(i), errors);
    }
    List<JsonObject> fields = term.objects("matchFields");
    for (int i = 0; i < fields.size(); i++) {
      nodeField(fields.get(i), path.child("matchFields").index(i), errors);
    }
  }

  private static void nodeRequirement(
      JsonObject requirement, boolean checkValues, FieldPath path, ErrorList errors) {
    List<String> values = requirement.strings("values");
    FieldPath at = path.child("values");
    switch (requirement.string("operator")) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          errors.required(at, "must be specified when `operator` is 'In' or 'NotIn'");
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          errors.forbidden(
              at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
      }
      case "Gt", "Lt" -> {
        if (values.size() != 1) {
          errors.required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'");
        }
      }
      default ->
          errors.invalid(
              path.child("operator"),
              requirement.string("operator"),
              "not a valid selector operator");
    }
    FieldRules.qualifiedName(requirement.string("key"), path.child("key"), errors);
    for (int i = 0; checkValues && i < values.size(); i++) {
      FieldRules.invalid(NameFormats.labelValue(values.get(i)), at.index(i), values.get(i), errors);
    }
  }

  private static void nodeField(JsonObject requirement, FieldPath path, ErrorList errors) {
    List<String> values = requirement.strings("values");
    String operator = requirement.string("operator");
    if (!operator.equals("In") && !operator.equals("NotIn")) {
      errors.invalid(path.child("operator"), operator, "not a valid selector operator");
    } else if (values.size() != 1) {
      errors.required(
          path.child("values"),
          "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
    }
    if (!requirement.string("key").equals("metadata.name")) {
      errors.invalid(
          path.child("key"), requirement.string("key"), "not a valid field selector key");
      return;
    }
    for (int i = 0; i < values.size(); i++) {
      FieldRules.dnsSubdomain(values.get(i), path.child("values").index(i), errors);
    }
  }

  private static void podTerm(JsonObject term, FieldPath path, ErrorList errors) {
    FieldRules.labelSelector(term.object("labelSelector"), path.child("labelSelector"), errors);
    FieldRules.labelSelector(
        term.object("namespaceSelector"), path.child("namespaceSelector"), errors);
    for (String namespace : term.strings("namespaces")) {
      FieldRules.invalid(
          NameFormats.dnsLabel(namespace), path.child("namespace"), namespace, errors);
    }
    labelKeys(term, path, errors);
    String key = term.string("topologyKey");
    if (key.isEmpty()) {
      errors.required(path.child("topologyKey"), "can not be empty");
    }
    FieldRules.qualifiedName(key, path.child("topologyKey"), errors);
  }

  /** {@code matchLabelKeys} and {@code mismatchLabelKeys} (KEP-3633). */
  private static void labelKeys(JsonObject term, FieldPath path, ErrorList errors) {
    JsonObject selector = term.object("labelSelector");
    List<String> match = term.strings("matchLabelKeys");
    List<String> mismatch = term.strings("mismatchLabelKeys");
    keyList(match, selector, path.child("matchLabelKeys"), errors);
    keyList(mismatch, selector, path.child("mismatchLabelKeys"), errors);
    if (selector != null) {
      Set<String> selected = new HashSet<>(selector.stringMap("matchLabels").keySet());
      for (JsonObject expression : selector.objects("matchExpressions")) {
        String key = expression.string("key");
        int index = match.lastIndexOf(key);
        if (index >= 0 && selected.contains(key)) {
          errors.invalid(path.index(index), key, "exists in both matchLabelKeys and labelSelector");
        }
        selected.add(key);
      }
    }
    for (int i = 0; i < match.size(); i++) {
      if (mismatch.contains(match.get(i))) {
        errors.invalid(
            path.child("matchLabelKeys").index(i),
            match.get(i),
            "exists in both matchLabelKeys and mismatchLabelKeys");
      }
    }
  }

  private static void keyList(
      List<String> keys, @Nullable JsonObject selector, FieldPath path, ErrorList errors) {
    if (keys.isEmpty()) {
      return;
    }
    if (selector == null) {
      errors.forbidden(path, "must not be specified when labelSelector is not set");
      return;
    }
    for (int i = 0; i < keys.size(); i++) {
      FieldRules.qualifiedName(keys.get(i), path.index(i), errors);
    }
  }

  public static void tolerations(List<JsonObject> tolerations, FieldPath path, ErrorList errors) {
    for (int i = 0; i < tolerations.size(); i++) {
      JsonObject toleration = tolerations.get(i);
      FieldPath at = path.index(i);
      String key = toleration.string("key");
      String operator = toleration.string("operator");
      String value = toleration.string("value");
      String effect = toleration.string("effect");
      if (!key.isEmpty()) {
        FieldRules.qualifiedName(key, at.child("key"), errors);
      } else if (!operator.equals("Exists")) {
        errors.invalid(
            at.child("operator"),
            operator,
            "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
      }
      if (toleration.has("tolerationSeconds") && !effect.equals("NoExecute")) {
        errors.invalid(
            at.child("effect"),
            effect,
            "effect must be 'NoExecute' when `tolerationSeconds` is set");
      }
      switch (operator) {
        case "Equal", "" -> {
          List<String> problems = NameFormats.labelValue(value);
          if (!problems.isEmpty()) {
            errors.invalid(at.child("operator"), value, String.join(";", problems));
          }
        }
        case "Exists" -> {
          if (!value.isEmpty()) {
            errors.invalid(
                at.child("operator"), value, "value must be empty when `operator` is 'Exists'");
          }
        }
        case "Lt", "Gt" ->
            errors.notSupportedInOrder(
                at.child("operator"), operator, List.of("Equal", "Exists", "Lt", "Gt"));
        default ->
            errors.notSupportedInOrder(at.child("operator"), operator, List.of("Equal", "Exists"));
      }
      if (!effect.isEmpty()) {
        FieldRules.supported(effect, TAINT_EFFECTS, at.child("effect"), errors);
      }
    }
  }

  static void spread(List<JsonObject> constraints, FieldPath path, ErrorList errors) {
    for (int i = 0; i < constraints.size(); i++) {
      JsonObject constraint = constraints.get(i);
      FieldPath at = path.index(i);
      FieldRules.positive(constraint.integer("maxSkew"), at.child("maxSkew"), errors);
      String key = constraint.string("topologyKey");
      String action = constraint.string("whenUnsatisfiable");
      if (key.isEmpty()) {
        errors.required(at.child("topologyKey"), "can not be empty");
      }
      FieldRules.supported(
          action,
          List.of("DoNotSchedule", "ScheduleAnyway"),
          at.child("whenUnsatisfiable"),
          errors);
      for (JsonObject later : constraints.subList(i + 1, constraints.size())) {
        if (later.string("topologyKey").equals(key)
            && later.string("whenUnsatisfiable").equals(action)) {
          errors.duplicate(
              at.child("{topologyKey, whenUnsatisfiable}"), "{" + key + ", " + action + "}");
          break;
        }
      }
      Long minDomains = constraint.integerOrNull("minDomains");
      if (minDomains != null) {
        FieldRules.positive(minDomains, at.child("minDomains"), errors);
        if (!action.equals("DoNotSchedule")) {
          errors.invalid(
              at.child("minDomains"),
              minDomains,
              "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action);
        }
      }
      for (String policy : List.of("nodeAffinityPolicy", "nodeTaintsPolicy")) {
        if (constraint.has(policy)) {
          FieldRules.supported(
              constraint.string(policy), List.of("Honor", "Ignore"), at.child(policy), errors);
        }
      }
      labelKeys(constraint, at, errors);
      FieldRules.labelSelector(
          constraint.object("labelSelector"), at.child("labelSelector"), errors);
    }
  }
}
