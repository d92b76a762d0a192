package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.ResourceNames;
import dev.javernetes.apiserver.strategy.SpecDiff;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Claims of storage, of their own or as templates in pods and stateful sets. */
public final class PersistentVolumeClaimRules {
  static final List<String> ACCESS_MODES =
      List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
  static final List<String> VOLUME_MODES = List.of("Block", "Filesystem");
  private static final String BETA_CLASS = "volume.beta.kubernetes.io/storage-class";
  private static final FieldPath SPEC = FieldPath.of("spec");

  private PersistentVolumeClaimRules() {}

  /**
   * A template within an ephemeral volume: only labels and annotations besides the specification.
   */
  public static void checkTemplate(JsonObject template, FieldPath path, ErrorList errors) {
    templateMetadata(template.objectOrEmpty("metadata"), path.child("metadata"), errors);
    checkSpec(template.objectOrEmpty("spec"), path.child("spec"), errors);
  }

  /** Metadata of what objects are made from: nothing but labels and annotations. */
  public static void templateMetadata(JsonObject metadata, FieldPath at, ErrorList errors) {
    ObjectMetaRules.validateAnnotations(
        metadata.stringMap("annotations"), at.child("annotations"), errors);
    ObjectMetaRules.validateLabels(metadata.stringMap("labels"), at.child("labels"), errors);
    for (String name : metadata.keySet()) {
      if (!name.equals("labels") && !name.equals("annotations") && metadata.has(name)) {
        errors.forbidden(at.child(name.equals("uid") ? "uID" : name), "cannot be set");
      }
    }
  }

  public static void checkSpec(JsonObject spec, FieldPath path, ErrorList errors) {
    List<String> modes = spec.strings("accessModes");
    if (modes.isEmpty()) {
      errors.required(path.child("accessModes"), "at least 1 access mode is required");
    }
    FieldRules.labelSelector(spec.object("selector"), path.child("selector"), errors);
    accessModes(modes, path.child("accessModes"), errors);
    JsonObject requests = spec.objectOrEmpty("resources").objectOrEmpty("requests");
    FieldPath storage = path.child("resources").key("storage");
    if (!requests.has("storage")) {
      errors.required(storage, "");
    } else {
      Quantity amount = FieldRules.quantity(requests.get("storage"));
      if (amount.signum() <= 0) {
        errors.invalid(storage, amount.toString(), FieldRules.POSITIVE);
      } else {
        ResourceNames.checkValue("storage", amount, storage, errors);
      }
    }
    if (!spec.string("storageClassName").isEmpty()) {
      FieldRules.dnsSubdomain(
          spec.string("storageClassName"), path.child("storageClassName"), errors);
    }
    if (spec.has("volumeMode")) {
      FieldRules.supported(
          spec.string("volumeMode"), VOLUME_MODES, path.child("volumeMode"), errors);
    }
    dataSources(spec, path, errors);
    if (!spec.string("volumeAttributesClassName").isEmpty()) {
      FieldRules.dnsSubdomain(
          spec.string("volumeAttributesClassName"),
          path.child("volumeAttributesClassName"),
          errors);
    }
  }

  static void accessModes(List<String> modes, FieldPath path, ErrorList errors) {
    boolean oncePod = modes.contains("ReadWriteOncePod");
    boolean other = false;
    for (String mode : modes) {
      FieldRules.supported(mode, ACCESS_MODES, path, errors);
      other |= ACCESS_MODES.contains(mode) && !mode.equals("ReadWriteOncePod");
    }
    if (oncePod && other) {
      errors.forbidden(path, "may not use ReadWriteOncePod with other access modes");
    }
  }

  private static void dataSources(JsonObject spec, FieldPath path, ErrorList errors) {
    JsonObject source = spec.object("dataSource");
    JsonObject reference = spec.object("dataSourceRef");
    if (source != null) {
      dataSource(source, path.child("dataSource"), errors);
    }
    if (reference == null) {
      return;
    }
    dataSource(reference, path.child("dataSourceRef"), errors);
    String namespace = reference.string("namespace");
    if (!namespace.isEmpty()) {
      FieldRules.invalid(
          NameFormats.dnsLabel(namespace),
          path.child("dataSourceRef", "namespace"),
          namespace,
          errors);
      if (source != null) {
        errors.invalid(
            path,
            path.child("dataSource").toString(),
            "may not be specified when dataSourceRef.namespace is specified");
      }
    } else if (source != null
        && !(Objects.equals(source.get("apiGroup"), reference.get("apiGroup"))
            && source.string("kind").equals(reference.string("kind"))
            && source.string("name").equals(reference.string("name")))) {
      errors.invalid(path, new JsonObject(), "must match dataSourceRef");
    }
  }

  private static void dataSource(JsonObject source, FieldPath path, ErrorList errors) {
    FieldRules.required(source, "name", path, errors);
    FieldRules.required(source, "kind", path, errors);
    String group = source.string("apiGroup");
    if (group.isEmpty() && !source.string("kind").equals("PersistentVolumeClaim")) {
      errors.invalid(
          path,
          source.string("kind"),
          "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
    }
    if (!group.isEmpty()) {
      FieldRules.dnsSubdomain(group, path.child("apiGroup"), errors);
    }
  }

  static void checkUpdate(JsonObject claim, JsonObject old, ErrorList errors) {
    JsonObject spec = claim.objectOrEmpty("spec");
    JsonObject before = old.objectOrEmpty("spec");
    checkSpec(spec, SPEC, errors);
    JsonObject now = spec.deepCopy();
    JsonObject was = before.deepCopy();
    if (was.string("volumeName").isEmpty() && now.has("volumeName")) {
      was.put("volumeName", now.get("volumeName"));
    }
    String annotation =
        old.objectOrEmpty("metadata").objectOrEmpty("annotations").string(BETA_CLASS);
    String newAnnotation =
        claim.objectOrEmpty("metadata").objectOrEmpty("annotations").string(BETA_CLASS);
    boolean upgradesAnnotation =
        !annotation.isEmpty()
            && !before.has("storageClassName")
            && annotation.equals(now.stringOrNull("storageClassName"))
            && (newAnnotation.isEmpty() || newAnnotation.equals(annotation));
    if (upgradesAnnotation) {
      now.remove("storageClassName");
    } else {
      if (!annotation.equals(newAnnotation)) {
        errors.invalid(
            FieldPath.of("metadata", "annotations", BETA_CLASS),
            newAnnotation,
            FieldRules.IMMUTABLE);
      }
      if (now.has("storageClassName")
          && !before.has("storageClassName")
          && (annotation.isEmpty() || annotation.equals(now.string("storageClassName")))) {
        now.remove("storageClassName");
      }
    }
    boolean bound = claim.objectOrEmpty("status").string("phase").equals("Bound");
    if (bound) {
      JsonObject requests = now.objectOrEmpty("resources").object("requests");
      if (requests != null) {
        requests.put(
            "storage", before.objectOrEmpty("resources").objectOrEmpty("requests").get("storage"));
      }
      CoreTrees.copy("volumeAttributesClassName", was, now);
    }
    if (!FieldRules.same(now, was)) {
      errors.forbidden(
          SPEC,
          "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound"
              + " claims\n"
              + SpecDiff.text(was, now));
    }
    Quantity oldSize = storage(before.objectOrEmpty("resources").objectOrEmpty("requests"));
    Quantity newSize = storage(spec.objectOrEmpty("resources").objectOrEmpty("requests"));
    if (newSize.compareTo(oldSize) < 0
        && newSize.compareTo(storage(old.objectOrEmpty("status").objectOrEmpty("capacity"))) <= 0) {
      errors.forbidden(
          SPEC.child("resources", "requests", "storage"),
          "field can not be less than status.capacity");
    }
    FieldRules.immutable(
        spec.get("volumeMode"), before.get("volumeMode"), FieldPath.of("volumeMode"), errors);
    if (!Objects.equals(
            spec.get("volumeAttributesClassName"), before.get("volumeAttributesClassName"))
        && old.objectOrEmpty("status").has("currentVolumeAttributesClassName")) {
      FieldPath at = SPEC.child("volumeAttributesClassName");
      String because = " is forbidden when status.currentVolumeAttributesClassName is not nil";
      if (!spec.has("volumeAttributesClassName")) {
        errors.forbidden(at, "update to nil" + because);
      } else if (spec.string("volumeAttributesClassName").isEmpty()) {
        errors.forbidden(at, "update to empty string" + because);
      }
    }
  }

  private static Quantity storage(JsonObject amounts) {
    return FieldRules.quantity(amounts.get("storage"));
  }

  /** Of a claim's specification at {@code path}. */
  public static List<String> warnings(JsonObject spec, FieldPath path) {
    List<String> warnings = new ArrayList<>();
    for (String list : List.of("requests", "limits")) {
      Object given = spec.objectOrEmpty("resources").objectOrEmpty(list).get("storage");
      Quantity amount = FieldRules.quantity(given);
      if (given != null && amount.amount().remainder(BigDecimal.ONE).signum() != 0) {
        warnings.add(
            path.child("resources", list).key("storage")
                + ": fractional byte value "
                + GoQuote.quote(amount.toString())
                + " is invalid, must be an integer");
      }
    }
    return warnings;
  }
}
