package dev.javernetes.apiserver.admission;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import java.util.List;

/** How plug-ins refuse: {@code pods "web" is forbidden: WHY}. */
public final class Denials {
  private Denials() {}

  public static ApiException forbidden(AdmissionRequest request, String why) {
    return ApiException.forbidden(request.groupResource(), name(request), why);
  }

  /** Several reasons in one refusal, as Go shows an aggregate of errors. */
  public static ApiException forbidden(AdmissionRequest request, List<String> reasons) {
    List<String> distinct = reasons.stream().distinct().toList();
    return forbidden(
        request,
        distinct.size() == 1 ? distinct.getFirst() : "[" + String.join(", ", distinct) + "]");
  }

  /** A name that is still to be generated is shown by its prefix. */
  public static String name(AdmissionRequest request) {
    if (!request.name().isEmpty()) {
      return request.name();
    }
    JsonObject object = request.object();
    if (object == null) {
      return "Unknown";
    }
    JsonObject metadata = object.objectOrEmpty("metadata");
    String name = metadata.string("name");
    String prefix = metadata.string("generateName");
    return !name.isEmpty() ? name : prefix.isEmpty() ? "Unknown" : prefix;
  }
}
