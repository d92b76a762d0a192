package dev.javernetes.controllermanager.certificates;

import dev.javernetes.api.model.certificates.v1.CertificateSigningRequest;
import dev.javernetes.client.https.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/** What a CertificateSigningRequest asks for. Pure. */
final class Requests {
  static final String API_CLIENT = "kubernetes.io/kube-apiserver-client";
  static final String KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
  static final String KUBELET_SERVING = "kubernetes.io/kubelet-serving";
  static final String LEGACY = "kubernetes.io/legacy-unknown";

  private Requests() {}

  static boolean has(CertificateSigningRequest request, String condition) {
    return request.status().conditions().stream().anyMatch(c -> c.type().equals(condition));
  }

  /** The PKCS#10 request; null if it is none. */
  static @Nullable PKCS10CertificationRequest parse(CertificateSigningRequest request) {
    try {
      byte[] pem = Base64.getMimeDecoder().decode(request.spec().request());
      String text = new String(pem, StandardCharsets.US_ASCII);
      String body = text.replaceAll("-----(BEGIN|END) (NEW )?CERTIFICATE REQUEST-----", "");
      return new PKCS10CertificationRequest(Base64.getMimeDecoder().decode(body));
    } catch (IOException | IllegalArgumentException problem) {
      return null;
    }
  }

  static String commonName(X500Name subject) {
    RDN[] names = subject.getRDNs(BCStyle.CN);
    return names.length == 0 ? "" : names[0].getFirst().getValue().toString();
  }

  static List<String> organizations(X500Name subject) {
    List<String> all = new ArrayList<>();
    for (RDN name : subject.getRDNs(BCStyle.O)) {
      all.add(name.getFirst().getValue().toString());
    }
    return all;
  }

  static @Nullable GeneralNames alternativeNames(PKCS10CertificationRequest request) {
    var attributes = request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest);
    if (attributes.length == 0) {
      return null;
    }
    Extensions extensions = Extensions.getInstance(attributes[0].getAttrValues().getObjectAt(0));
    return GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
  }

  /**
   * A kubelet's client certificate: {@code CN=system:node:…, O=system:nodes}, for a client only.
   */
  static boolean isNodeClient(
      CertificateSigningRequest request, PKCS10CertificationRequest decoded) {
    Set<String> usages = Set.copyOf(request.spec().usages());
    return organizations(decoded.getSubject()).equals(List.of("system:nodes"))
        && commonName(decoded.getSubject()).startsWith("system:node:")
        && alternativeNames(decoded) == null
        && usages.contains("client auth")
        && usages.contains("digital signature")
        && Set.of("client auth", "digital signature", "key encipherment").containsAll(usages);
  }

  /** Why the signer may not sign this; {@code ""} if it may. */
  static String refusal(CertificateSigningRequest request, PKCS10CertificationRequest decoded) {
    Set<String> usages = Set.copyOf(request.spec().usages());
    return switch (request.spec().signerName()) {
      case API_CLIENT ->
          usages.contains("client auth") && !usages.contains("server auth")
              ? ""
              : "the usages must be those of a client";
      case KUBELET_CLIENT ->
          isNodeClient(request, decoded) ? "" : "it is not a kubelet's client request";
      case KUBELET_SERVING -> {
        boolean node =
            commonName(decoded.getSubject()).startsWith("system:node:")
                && commonName(decoded.getSubject()).equals(request.spec().username())
                && organizations(decoded.getSubject()).equals(List.of("system:nodes"));
        yield node && usages.contains("server auth") && alternativeNames(decoded) != null
            ? ""
            : "it is not a kubelet's serving request";
      }
      default -> "";
    };
  }

  static String pem(byte[] certificate) {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
        + "\n-----END CERTIFICATE-----\n";
  }

  /** When the issued certificate ends; null if there is none. */
  static java.time.@Nullable Instant expiry(CertificateSigningRequest request) {
    if (request.status().certificate().isEmpty()) {
      return null;
    }
    try {
      byte[] pem = Base64.getMimeDecoder().decode(request.status().certificate());
      return Pem.certificates(pem).getFirst().getNotAfter().toInstant();
    } catch (java.security.GeneralSecurityException | IllegalArgumentException unreadable) {
      return null;
    }
  }
}
