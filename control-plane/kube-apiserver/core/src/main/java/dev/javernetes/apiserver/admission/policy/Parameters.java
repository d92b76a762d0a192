package dev.javernetes.apiserver.admission.policy;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.admission.LabelMatch;
import dev.javernetes.apiserver.admission.expression.ExpressionException;
import dev.javernetes.apiserver.registry.ObjectReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the objects that a binding gives a policy as parameters. */
public final class Parameters {
  private final ObjectReader reader;

  public Parameters(ObjectReader reader) {
    this.reader = reader;
  }

  /** One {@code null} for a policy without; none if the binding then lets requests pass. */
  List<@Nullable JsonObject> of(JsonObject policySpec, JsonObject bindingSpec, String namespace)
      throws ExpressionException {
    JsonObject kind = policySpec.object("paramKind");
    JsonObject reference = bindingSpec.object("paramRef");
    List<@Nullable JsonObject> found = new ArrayList<>();
    if (kind == null || reference == null) {
      found.add(null);
      return found;
    }
    String version = kind.string("apiVersion");
    int slash = version.indexOf('/');
    GroupResource resource =
        new GroupResource(
            slash < 0 ? "" : version.substring(0, slash), plural(kind.string("kind")));
    String where =
        reference.string("namespace").isEmpty() ? namespace : reference.string("namespace");
    if (reference.string("name").isEmpty()) {
      JsonObject selector = reference.objectOrEmpty("selector");
      reader.list(resource, where).stream()
          .filter(one ->
              LabelMatch.matches(selector, one.objectOrEmpty("metadata").stringMap("labels")))
          .forEach(found::add);
    } else {
      JsonObject one = reader.get(resource, where, reference.string("name"));
      if (one == null && !where.isEmpty()) {
        one = reader.get(resource, "", reference.string("name"));
      }
      if (one != null) {
        found.add(one);
      }
    }
    if (found.isEmpty() && !reference.string("parameterNotFoundAction").equals("Allow")) {
      throw new ExpressionException(
          "no params found for policy binding with `Deny` parameterNotFoundAction");
    }
    return found;
  }

  /** As upstream guesses the resource of a kind. */
  private static String plural(String kind) {
    String lower = kind.toLowerCase(Locale.ROOT);
    if (lower.endsWith("s")) {
      return lower + "es";
    }
    return lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + "s";
  }
}
