package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.Map;

/**
 * Annotations that mean something to pods, most of them older than the fields that replaced them.
 */
final class PodAnnotationRules {
  static final String MIRROR = "kubernetes.io/config.mirror";
  static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";
  static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
  static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
  private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

  private PodAnnotationRules() {}

  static void check(JsonObject metadata, JsonObject spec, FieldPath path, ErrorList errors) {
    Map<String, String> annotations = metadata.stringMap("annotations");
    String mirror = annotations.get(MIRROR);
    if (mirror != null && spec.string("nodeName").isEmpty()) {
      errors.invalid(
          path.key(MIRROR), mirror, "must set spec.nodeName if mirror pod annotation is set");
    }
    String cost = annotations.get(DELETION_COST);
    if (cost != null && !isInt32(cost)) {
      errors.invalid(path.key(DELETION_COST), cost, "must be a 32bit integer");
    }
    annotations.forEach((key, value) -> {
      if (key.equals(SECCOMP_POD) || key.startsWith(SECCOMP_CONTAINER)) {
        seccomp(value, path.child(key), errors);
      } else if (key.startsWith(APP_ARMOR)) {
        appArmor(key, value, spec, path, errors);
      }
    });
  }

  private static boolean isInt32(String text) {
    if (text.startsWith("+")
        || text.startsWith("0") && text.length() > 1
        || text.startsWith("-0")) {
      return false; // one spelling only, so that it can be compared as text
    }
    try {
      Integer.parseInt(text);
      return true;
    } catch (NumberFormatException notANumber) {
      return false;
    }
  }

  private static void seccomp(String profile, FieldPath path, ErrorList errors) {
    switch (profile) {
      case "runtime/default", "docker/default", "unconfined" -> {}
      default -> {
        if (profile.startsWith("localhost/")) {
          PathRules.localDescending(profile.substring("localhost/".length()), path, errors);
        } else {
          errors.invalid(path, profile, "must be a valid seccomp profile");
        }
      }
    }
  }

  private static void appArmor(
      String key, String profile, JsonObject spec, FieldPath path, ErrorList errors) {
    String container = key.substring(APP_ARMOR.length());
    boolean known =
        PodSpecRules.CONTAINER_LISTS.stream()
            .flatMap(list -> spec.objects(list).stream())
            .anyMatch(each -> each.string("name").equals(container));
    if (!known) {
      errors.invalid(path.key(key), container, "container not found");
    }
    if (!profile.isEmpty()
        && !profile.equals("runtime/default")
        && !profile.equals("unconfined")
        && !profile.startsWith("localhost/")) {
      errors.invalid(
          path.key(key), profile, "invalid AppArmor profile name: " + GoQuote.quote(profile));
    }
  }

  static void checkUpdate(
      JsonObject metadata, JsonObject old, JsonObject spec, FieldPath path, ErrorList errors) {
    Map<String, String> now = metadata.stringMap("annotations");
    Map<String, String> before = old.stringMap("annotations");
    before.forEach((key, value) -> {
      if (value.equals(now.get(key))) {
        return;
      }
      if (key.startsWith(APP_ARMOR)) {
        errors.forbidden(path.key(key), "may not remove or update AppArmor annotations");
      }
      if (key.equals(MIRROR)) {
        errors.forbidden(path.key(key), "may not remove or update mirror pod annotation");
      }
    });
    for (String key : now.keySet()) {
      if (before.containsKey(key)) {
        continue;
      }
      if (key.startsWith(APP_ARMOR)) {
        errors.forbidden(path.key(key), "may not add AppArmor annotations");
      }
      if (key.equals(MIRROR)) {
        errors.forbidden(path.key(key), "may not add mirror pod annotation");
      }
    }
    check(metadata, spec, path, errors);
  }

  /** On creation, a seccomp or AppArmor annotation and the field must say the same. */
  static void checkMatch(JsonObject metadata, JsonObject spec, FieldPath path, ErrorList errors) {
    Map<String, String> annotations = metadata.stringMap("annotations");
    JsonObject podContext = spec.objectOrEmpty("securityContext");
    if (podContext.object("seccompProfile") instanceof JsonObject profile
        && annotations.containsKey(SECCOMP_POD)) {
      match(
          annotations.get(SECCOMP_POD),
          profile,
          "seccomp",
          path.child("securityContext", "seccompProfile"),
          errors);
    }
    PodSpecRules.forEachContainer(
        spec,
        path,
        (container, at) -> {
          JsonObject context = container.objectOrEmpty("securityContext");
          String name = container.string("name");
          String seccomp = annotations.get(SECCOMP_CONTAINER + name);
          if (seccomp != null && context.object("seccompProfile") instanceof JsonObject profile) {
            match(
                seccomp, profile, "seccomp", at.child("securityContext", "seccompProfile"), errors);
          }
        });
    if (spec.objectOrEmpty("os").string("name").equals("windows")) {
      return;
    }
    PodSpecRules.forEachContainer(
        spec,
        path,
        (container, at) -> {
          JsonObject own = container.objectOrEmpty("securityContext").object("appArmorProfile");
          JsonObject profile = own != null ? own : podContext.object("appArmorProfile");
          String annotation = annotations.get(APP_ARMOR + container.string("name"));
          if (annotation != null && profile != null) {
            match(
                annotation,
                profile,
                "apparmor",
                at.child("securityContext", "appArmorProfile"),
                errors);
          }
        });
  }

  private static void match(
      @org.jspecify.annotations.Nullable String annotation,
      JsonObject profile,
      String kind,
      FieldPath path,
      ErrorList errors) {
    String given = annotation == null ? "" : annotation;
    boolean same =
        switch (profile.string("type")) {
          case "Unconfined" -> given.equals("unconfined");
          case "RuntimeDefault" ->
              given.equals("runtime/default")
                  || kind.equals("seccomp") && given.equals("docker/default");
          case "Localhost" -> given.startsWith("localhost/");
          default -> true;
        };
    if (!same) {
      errors.forbidden(path.child("type"), kind + " type in annotation and field must match");
    } else if (profile.string("type").equals("Localhost")
        && !given.substring("localhost/".length()).equals(profile.string("localhostProfile"))) {
      errors.forbidden(
          path.child("localhostProfile"), kind + " profile in annotation and field must match");
    }
  }
}
