package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;

/** What a client may demand of the object that it writes: a uid, a resource version. */
final class Preconditions {
  private Preconditions() {}

  /** {@code present} is {@code ""} if there is no object. */
  static void checkUid(Write write, String name, String present) {
    if (!write.uid().isEmpty() && !write.uid().equals(present)) {
      throw storageConflict(write.scope(), name, uidMismatch(write.uid(), present));
    }
  }

  static ApiException storageConflict(RequestScope scope, String name, String why) {
    return ApiException.conflict(
        scope.groupResource(),
        name,
        "StorageError: invalid object, Code: 4, Key: "
            + scope.key(name)
            + ", ResourceVersion: 0, AdditionalErrorMsg: "
            + why);
  }

  static String uidMismatch(String asked, String present) {
    return "Precondition failed: UID in precondition: "
        + asked
        + ", UID in object meta: "
        + present;
  }

  static String revisionMismatch(String asked, String present) {
    return "Precondition failed: ResourceVersion in precondition: "
        + asked
        + ", ResourceVersion in object meta: "
        + present;
  }

  /** Where the client insists on no revision the present one is filled in. */
  static void checkRevision(Write write, String name, JsonObject working, JsonObject old) {
    RequestScope scope = write.scope();
    JsonObject metadata = working.ensureObject("metadata");
    String present = old.objectOrEmpty("metadata").string("resourceVersion");
    String asked = asked(metadata);
    if (asked.isEmpty()) {
      if (!write.raw() && !write.strategy().allowUnconditionalUpdate()) {
        ErrorList errors = new ErrorList();
        errors.invalid(
            FieldPath.of("metadata", "resourceVersion"), 0L, "must be specified for an update");
        throw ApiException.invalid(
            scope.groupResource().group(), scope.groupResource().resource(), name, errors);
      }
      metadata.put("resourceVersion", present);
    } else if (!asked.equals(present)) {
      throw modified(scope, name);
    }
  }

  /** {@code ""} for none; {@code ApiException} 500 for what is no number. */
  static String asked(JsonObject metadata) {
    String asked = metadata.string("resourceVersion");
    if (asked.isEmpty()) {
      return "";
    }
    try {
      long number = Long.parseUnsignedLong(asked);
      if (asked.startsWith("+")) {
        throw new NumberFormatException(asked);
      }
      return number == 0 ? "" : Long.toUnsignedString(number);
    } catch (NumberFormatException notANumber) {
      ErrorList errors = new ErrorList();
      boolean digits = asked.chars().allMatch(c -> c >= '0' && c <= '9');
      errors.invalid(
          FieldPath.of("metadata", "resourceVersion"),
          asked,
          "strconv.ParseUint: parsing \""
              + asked
              + "\": "
              + (digits ? "value out of range" : "invalid syntax"));
      throw ApiException.unclassified(errors.asList().getFirst().toString());
    }
  }

  static ApiException modified(RequestScope scope, String name) {
    return ApiException.conflict(
        scope.groupResource(),
        name,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }
}
