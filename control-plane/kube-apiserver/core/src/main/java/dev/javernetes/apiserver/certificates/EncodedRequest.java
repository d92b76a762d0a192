package dev.javernetes.apiserver.certificates;

import dev.javernetes.pki.Pem;
import dev.javernetes.pki.PkiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** {@code spec.request} of a CertificateSigningRequest: base64 of PEM of DER. */
public final class EncodedRequest {
  private EncodedRequest() {}

  /** The DER; {@link PkiException} in upstream's words if it is not a request in PEM. */
  public static byte[] der(String base64) {
    String text;
    try {
      text = new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException notBase64) {
      throw new PkiException("PEM block type must be CERTIFICATE REQUEST", notBase64);
    }
    List<Pem.Block> blocks = Pem.blocks(text);
    if (blocks.isEmpty() || !blocks.getFirst().label().equals("CERTIFICATE REQUEST")) {
      throw new PkiException("PEM block type must be CERTIFICATE REQUEST");
    }
    return blocks.getFirst().der();
  }
}
