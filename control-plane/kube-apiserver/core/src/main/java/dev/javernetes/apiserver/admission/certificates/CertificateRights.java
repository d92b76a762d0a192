package dev.javernetes.apiserver.admission.certificates;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.certificates.EncodedRequest;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.pki.CertificateSigningRequest;
import dev.javernetes.pki.PkiException;
import java.util.List;
import java.util.Objects;

/**
 * Upstream's CertificateApproval, CertificateSigning and CertificateSubjectRestriction: who
 * approves needs the verb {@code approve} on the signer, who signs {@code sign}; nobody asks the
 * API server's client signer to make him one of system:masters.
 */
public final class CertificateRights implements ValidatingAdmission {
  private static final String GROUP = "certificates.k8s.io";
  private static final String CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";

  private final Authorizer authorizer;

  public CertificateRights(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE || operation == Operation.UPDATE;
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!request.is(GROUP, "certificatesigningrequests")) {
      return;
    }
    JsonObject old = request.oldObject();
    switch (request.subresource()) {
      case "approval" -> {
        if (old != null) {
          check(request, old, "approve", "user not permitted to approve requests with signerName ");
        }
      }
      case "status" -> {
        if (old != null && signs(request.requireObject(), old)) {
          check(request, old, "sign", "user not permitted to sign requests with signerName ");
        }
      }
      case "" -> {
        if (request.operation() == Operation.CREATE) {
          checkSubject(request);
        }
      }
      default -> {
        // there are no others
      }
    }
  }

  private static boolean signs(JsonObject changed, JsonObject old) {
    JsonObject now = changed.objectOrEmpty("status");
    JsonObject before = old.objectOrEmpty("status");
    return !now.string("certificate").equals(before.string("certificate"))
        || !Objects.equals(now.objects("conditions"), before.objects("conditions"));
  }

  /** By the stored object's signer: the new one's cannot be trusted yet. */
  private void check(AdmissionRequest request, JsonObject old, String verb, String refusal) {
    String signer = old.objectOrEmpty("spec").string("signerName");
    if (!mayUse(request.user(), verb, signer)) {
      throw Denials.forbidden(request, refusal + GoQuote.quote(signer));
    }
  }

  /** Named exactly, or for all signers of its domain: {@code example.com/*}. */
  private boolean mayUse(UserInfo user, String verb, String signer) {
    String domain = signer.substring(0, Math.max(0, signer.indexOf('/')));
    for (String name : List.of(signer, domain + "/*")) {
      if (authorizer
          .authorize(RequestAttributes.resource(user, verb, "", GROUP, "signers", "", name))
          .allowed()) {
        return true;
      }
    }
    return false;
  }

  private static void checkSubject(AdmissionRequest request) {
    JsonObject spec = request.requireObject().objectOrEmpty("spec");
    if (!spec.string("signerName").equals(CLIENT_SIGNER)) {
      return;
    }
    try {
      CertificateSigningRequest parsed =
          CertificateSigningRequest.parse(EncodedRequest.der(spec.string("request")));
      if (parsed.organizations().contains(UserInfo.MASTERS_GROUP)) {
        throw Denials.forbidden(
            request,
            "use of %s signer with system:masters group is not allowed".formatted(CLIENT_SIGNER));
      }
    } catch (PkiException unreadable) {
      throw Denials.forbidden(request, "failed to parse CSR: " + unreadable.getMessage());
    }
  }
}
