package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.admissionregistration.WebhookClientRules;
import dev.javernetes.pki.Pem;
import dev.javernetes.pki.PkiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How a definition's versions become each other: by their name alone or through a webhook. */
public final class ConversionRules {
  private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");

  private ConversionRules() {}

  static boolean hasKnownVersion(List<String> reviewVersions) {
    return reviewVersions.stream().anyMatch(REVIEW_VERSIONS::contains);
  }

  /** {@code conversion} in the internal form. */
  static void validate(
      JsonObject conversion, RuleOptions options, FieldPath path, ErrorList errors) {
    String strategy = conversion.string("strategy");
    if (strategy.isEmpty()) {
      errors.required(path.child("strategy"), "");
    } else if (!strategy.equals("None") && !strategy.equals("Webhook")) {
      errors.notSupported(path.child("strategy"), strategy, List.of("None", "Webhook"));
    }
    JsonObject client = conversion.object("webhookClientConfig");
    List<String> versions = conversion.strings("conversionReviewVersions");
    FieldPath clientPath = path.child("webhookClientConfig");
    FieldPath versionsPath = path.child("conversionReviewVersions");
    if (!strategy.equals("Webhook")) {
      String must = "should not be set when strategy is not set to Webhook";
      if (client != null) {
        errors.forbidden(clientPath, must);
      }
      if (!versions.isEmpty()) {
        errors.forbidden(versionsPath, must);
      }
      return;
    }
    if (client == null) {
      errors.required(clientPath, "required when strategy is set to Webhook");
    } else {
      WebhookClientRules.validate(client, clientPath, errors);
      if (!options.anyCaBundle()) {
        caBundle(client.string("caBundle"), clientPath.child("caBundle"), errors);
      }
    }
    reviewVersions(versions, options.knownReviewVersion(), versionsPath, errors);
  }

  private static void reviewVersions(
      List<String> versions, boolean knownRequired, FieldPath path, ErrorList errors) {
    if (versions.isEmpty()) {
      errors.required(path, "");
      return;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < versions.size(); i++) {
      String version = versions.get(i);
      if (!seen.add(version)) {
        errors.invalid(path.index(i), version, "duplicate version");
        continue;
      }
      for (String problem : NameFormats.dns1035Label(version)) {
        errors.invalid(path.index(i), version, problem);
      }
    }
    if (knownRequired && !hasKnownVersion(versions)) {
      errors.invalid(path, versions, "must include at least one of v1, v1beta1");
    }
  }

  /** Whether the webhook's authorities cannot be read: {@code spec} in the internal form. */
  static boolean hasBadCaBundle(JsonObject spec) {
    JsonObject client = spec.objectOrEmpty("conversion").objectOrEmpty("webhookClientConfig");
    return isBadCaBundle(client.string("caBundle"));
  }

  /** Whether authorities in base64 are given and cannot be read. */
  public static boolean isBadCaBundle(String caBundle) {
    ErrorList errors = new ErrorList();
    caBundle(caBundle, FieldPath.of("caBundle"), errors);
    return !errors.isEmpty();
  }

  private static void caBundle(String encoded, FieldPath path, ErrorList errors) {
    if (encoded.isEmpty()) {
      return;
    }
    try {
      String pem = new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
      if (pem.isBlank() || !Pem.parseCertificates(pem).isEmpty()) {
        return;
      }
    } catch (PkiException | IllegalArgumentException unreadable) {
      // told below, in the words that upstream has for all of them
    }
    errors.invalid(
        path, encoded, "unable to load root certificates: unable to parse bytes as PEM block");
  }
}
