package dev.javernetes.apiserver.strategy.networking;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;

/** A reference by apiGroup, kind and name to an object that we need not know. */
final class ObjectReferences {
  private ObjectReferences() {}

  static void validate(JsonObject reference, FieldPath path, ErrorList errors) {
    String group = reference.stringOrNull("apiGroup");
    if (group != null) {
      FieldRules.dnsSubdomain(group, path.child("apiGroup"), errors);
    }
    segment(reference.string("kind"), path.child("kind"), errors);
    segment(reference.string("name"), path.child("name"), errors);
  }

  /** Required, and fit to be a segment of a URL. */
  static void segment(String value, FieldPath path, ErrorList errors) {
    if (value.isEmpty()) {
      errors.required(path, "");
    } else {
      FieldRules.invalid(NameFormats.pathSegment(value), path, value, errors);
    }
  }
}
