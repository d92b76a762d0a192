package dev.javernetes.apiserver.strategy.certificates;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.certificates.EncodedRequest;
import dev.javernetes.apiserver.registry.ObjectMetaRules.NameRule;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.apiserver.strategy.StatusOnly;
import dev.javernetes.pki.CertificateSigningRequest;
import dev.javernetes.pki.Pem;
import dev.javernetes.pki.PkiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CertificateSigningRequest: who asks is noted by the server; approval goes through {@code
 * /approval}, the certificate through {@code /status}, and a plain update changes metadata alone.
 */
public final class SigningRequestStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath CONDITIONS = FieldPath.of("status", "conditions");
  private static final String LEGACY = "kubernetes.io/legacy-unknown";
  private static final long MIN_SECONDS = 600;
  private static final Set<String> USAGES =
      Set.of(
          "signing",
          "digital signature",
          "content commitment",
          "key encipherment",
          "key agreement",
          "data encipherment",
          "cert sign",
          "crl sign",
          "encipher only",
          "decipher only",
          "any",
          "server auth",
          "client auth",
          "code signing",
          "email protection",
          "s/mime",
          "ipsec end system",
          "ipsec tunnel",
          "ipsec user",
          "timestamping",
          "ocsp signing",
          "microsoft sgc",
          "netscape sgc");

  /** Through which door an update comes. */
  private enum Door {
    OBJECT,
    STATUS,
    APPROVAL
  }

  private final Door door;

  private SigningRequestStrategy(Door door) {
    this.door = door;
  }

  public static SigningRequestStrategy create() {
    return new SigningRequestStrategy(Door.OBJECT);
  }

  @Override
  public NameRule nameRule() {
    return (name, prefix) -> List.of();
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return switch (name) {
      case "status" -> new SigningRequestStrategy(Door.STATUS);
      case "approval" -> new SigningRequestStrategy(Door.APPROVAL);
      default -> null;
    };
  }

  @Override
  public List<List<String>> resetFields() {
    return switch (door) {
      case OBJECT -> List.of(List.of("spec"), List.of("status"));
      case STATUS -> List.of(List.of("spec"), List.of("status", "conditions"));
      case APPROVAL -> List.of(List.of("spec"), List.of("status", "certificate"));
    };
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject request) {
    JsonObject spec = request.ensureObject("spec");
    UserInfo user = context.user();
    spec.keySet().removeAll(List.of("username", "uid", "groups", "extra"));
    spec.put("username", user.name());
    if (!user.uid().isEmpty()) {
      spec.put("uid", user.uid());
    }
    if (!user.groups().isEmpty()) {
      spec.put("groups", new ArrayList<Object>(user.groups()));
    }
    if (!user.extra().isEmpty()) {
      JsonObject extra = new JsonObject();
      user.extra().forEach((key, values) -> extra.put(key, new ArrayList<Object>(values)));
      spec.put("extra", extra);
    }
    request.remove("status");
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject request, JsonObject old) {
    StatusOnly.restore(request, "spec", old.get("spec"));
    switch (door) {
      case OBJECT -> StatusOnly.restore(request, "status", old.get("status"));
      case STATUS -> {
        SigningConditions.keepDecisions(request, old);
        SigningConditions.fillTimes(request, old, context.now());
      }
      case APPROVAL -> {
        SigningConditions.fillTimes(request, old, context.now());
        Object conditions = request.objectOrEmpty("status").get("conditions");
        JsonObject status = old.objectOrEmpty("status").deepCopy();
        StatusOnly.restore(status, "conditions", conditions);
        request.put("status", status);
      }
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject request, ErrorList errors) {
    validate(request, new JsonObject(), errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject request, JsonObject old, ErrorList errors) {
    validate(request, old, errors);
    SigningConditions.validateUpdate(request, old, door == Door.APPROVAL, errors);
    String certificate = request.objectOrEmpty("status").string("certificate");
    String before = old.objectOrEmpty("status").string("certificate");
    if (!certificate.equals(before)) {
      FieldPath path = FieldPath.of("status", "certificate");
      if (door != Door.STATUS) {
        errors.forbidden(path, "updates may not set certificate content");
      } else if (!before.isEmpty()) {
        errors.forbidden(path, "updates may not modify existing certificate content");
      }
    }
  }

  private static void validate(JsonObject request, JsonObject old, ErrorList errors) {
    JsonObject spec = request.objectOrEmpty("spec");
    JsonObject oldSpec = old.objectOrEmpty("spec");
    try {
      CertificateSigningRequest.parse(EncodedRequest.der(spec.string("request")));
    } catch (PkiException problem) {
      errors.invalid(
          SPEC.child("request"), spec.get("request"), String.valueOf(problem.getMessage()));
    }
    validateUsages(spec, oldSpec, errors);
    String signer = spec.string("signerName");
    if (signer.equals(LEGACY) && !oldSpec.string("signerName").equals(LEGACY)) {
      errors.invalid(
          SPEC.child("signerName"),
          signer,
          "the legacy signerName is not allowed via this API version");
    } else {
      SignerNames.validate(signer, SPEC.child("signerName"), errors);
    }
    Long seconds = spec.integerOrNull("expirationSeconds");
    if (seconds != null && seconds < MIN_SECONDS) {
      errors.invalid(
          SPEC.child("expirationSeconds"),
          seconds,
          "may not specify a duration less than 600 seconds (10 minutes)");
    }
    SigningConditions.validate(request, old, CONDITIONS, errors);
    String certificate = request.objectOrEmpty("status").string("certificate");
    if (!Objects.equals(certificate, old.objectOrEmpty("status").string("certificate"))) {
      String problem = certificateProblem(certificate);
      if (!problem.isEmpty()) {
        errors.invalid(FieldPath.of("status", "certificate"), "<certificate data>", problem);
      }
    }
  }

  private static void validateUsages(JsonObject spec, JsonObject oldSpec, ErrorList errors) {
    List<String> usages = spec.strings("usages");
    FieldPath path = SPEC.child("usages");
    if (usages.isEmpty()) {
      errors.required(path, "");
    }
    if (usages.equals(oldSpec.strings("usages"))) {
      return;
    }
    for (int i = 0; i < usages.size(); i++) {
      if (!USAGES.contains(usages.get(i))) {
        errors.notSupported(path.index(i), usages.get(i), USAGES);
      }
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < usages.size(); i++) {
      if (!seen.add(usages.get(i))) {
        errors.duplicate(path.index(i), usages.get(i));
      }
    }
  }

  private static String certificateProblem(String base64) {
    if (base64.isEmpty()) {
      return "";
    }
    try {
      String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
      List<Pem.Block> blocks = Pem.blocks(text);
      for (Pem.Block block : blocks) {
        if (!block.label().equals("CERTIFICATE")) {
          return "only CERTIFICATE PEM blocks are allowed, found \"" + block.label() + "\"";
        }
      }
      if (blocks.isEmpty()) {
        return "must contain at least one CERTIFICATE PEM block";
      }
      Pem.parseCertificates(text);
      return "";
    } catch (PkiException | IllegalArgumentException problem) {
      return String.valueOf(problem.getMessage());
    }
  }
}
