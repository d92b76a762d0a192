package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The requests of a claim, by which its other parts refer to them: {@code gpu} or {@code gpu/big}.
 */
record RequestNames(Map<String, Set<String>> subrequests) {
  private static final String NO_REQUEST =
      "must be the name of a request in the claim or the name of a request and a subrequest"
          + " separated by '/'";

  RequestNames {
    subrequests = Map.copyOf(subrequests);
  }

  static RequestNames of(JsonObject claim) {
    Map<String, Set<String>> names = new HashMap<>();
    for (JsonObject request : claim.objects("requests")) {
      Set<String> within = new HashSet<>();
      request.objects("firstAvailable").forEach(each -> within.add(each.string("name")));
      names.put(request.string("name"), within);
    }
    return new RequestNames(names);
  }

  void checkReference(String name, FieldPath path, ErrorList errors) {
    String[] segments = name.split("/", -1);
    if (segments.length > 2) {
      errors.invalid(path, name, NO_REQUEST);
      return;
    }
    for (String segment : segments) {
      FieldRules.dnsLabel(segment, path, errors);
    }
    Set<String> within = subrequests.get(segments[0]);
    if (within == null || segments.length == 2 && !within.contains(segments[1])) {
      errors.invalid(path, name, NO_REQUEST);
    }
  }
}
