package dev.javernetes.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Walks a CertificationRequest and collects what {@link CertificateSigningRequest} holds. */
final class CertificateRequestReader {
  private static final int SEQUENCE = 0x30;
  private static final int OID = 0x06;
  private static final Map<String, String> SIGNATURES =
      Map.of(
          "1.2.840.113549.1.1.11", "SHA256withRSA",
          "1.2.840.113549.1.1.12", "SHA384withRSA",
          "1.2.840.113549.1.1.13", "SHA512withRSA",
          "1.2.840.10045.4.3.2", "SHA256withECDSA",
          "1.2.840.10045.4.3.3", "SHA384withECDSA",
          "1.2.840.10045.4.3.4", "SHA512withECDSA",
          "1.3.101.112", "Ed25519");

  private final List<String> organizations = new ArrayList<>();
  private final List<String> dnsNames = new ArrayList<>();
  private final List<InetAddress> addresses = new ArrayList<>();
  private final List<String> emailAddresses = new ArrayList<>();
  private final List<String> uris = new ArrayList<>();
  private String commonName = "";

  private CertificateRequestReader() {}

  static CertificateSigningRequest read(byte[] der) {
    DerReader outer = new DerReader(der);
    DerReader request = outer.next(SEQUENCE).inside();
    if (outer.hasMore()) {
      throw new PkiException("asn1: syntax error: trailing data");
    }
    DerReader.Value info = request.next(SEQUENCE);
    String algorithm = DerReader.oid(request.next(SEQUENCE).inside().next(OID).content());
    byte[] signature = request.next(0x03).content();
    DerReader body = info.inside();
    body.next(0x02); // version
    CertificateRequestReader reader = new CertificateRequestReader();
    reader.readSubject(body.next(SEQUENCE).inside());
    PublicKey key =
        Pem.parsePublicKeys(Pem.encode("PUBLIC KEY", body.next(SEQUENCE).encoded())).getFirst();
    if (body.hasMore()) {
      reader.readAttributes(body.next().inside());
    }
    checkSignature(key, algorithm, info.encoded(), signature);
    return new CertificateSigningRequest(
        reader.commonName,
        reader.organizations,
        key,
        reader.dnsNames,
        reader.addresses,
        reader.emailAddresses,
        reader.uris);
  }

  private void readSubject(DerReader names) {
    while (names.hasMore()) {
      DerReader set = names.next(0x31).inside();
      while (set.hasMore()) {
        DerReader attribute = set.next(SEQUENCE).inside();
        String type = DerReader.oid(attribute.next(OID).content());
        String value = attribute.next().text();
        switch (type) {
          case "2.5.4.3" -> commonName = value;
          case "2.5.4.10" -> organizations.add(value);
          default -> {
            // Kubernetes looks at no other part of a name
          }
        }
      }
    }
  }

  private void readAttributes(DerReader attributes) {
    while (attributes.hasMore()) {
      DerReader attribute = attributes.next(SEQUENCE).inside();
      if (!DerReader.oid(attribute.next(OID).content()).equals("1.2.840.113549.1.9.14")) {
        continue; // only the extension request matters
      }
      DerReader extensions = attribute.next(0x31).inside().next(SEQUENCE).inside();
      while (extensions.hasMore()) {
        DerReader extension = extensions.next(SEQUENCE).inside();
        String type = DerReader.oid(extension.next(OID).content());
        DerReader.Value value = extension.next();
        if (value.tag() == 0x01) {
          value = extension.next(); // after "critical"
        }
        if (type.equals("2.5.29.17")) {
          readAlternativeNames(value.inside().next(SEQUENCE).inside());
        }
      }
    }
  }

  private void readAlternativeNames(DerReader names) {
    while (names.hasMore()) {
      DerReader.Value name = names.next();
      switch (name.tag() & 0x1f) {
        case 1 -> emailAddresses.add(name.text());
        case 2 -> dnsNames.add(name.text());
        case 6 -> uris.add(name.text());
        case 7 -> {
          try {
            addresses.add(InetAddress.getByAddress(name.content()));
          } catch (UnknownHostException wrongLength) {
            throw new PkiException("x509: cannot parse IP address of length", wrongLength);
          }
        }
        default -> {
          // other kinds of names are not used by Kubernetes
        }
      }
    }
  }

  private static void checkSignature(
      PublicKey key, String algorithm, byte[] signed, byte[] bitString) {
    String name = SIGNATURES.get(algorithm);
    if (name == null) {
      throw new PkiException("x509: cannot verify signature: algorithm unimplemented");
    }
    try {
      Signature signature = Signature.getInstance(name);
      signature.initVerify(key);
      signature.update(signed);
      if (bitString.length < 2
          || !signature.verify(java.util.Arrays.copyOfRange(bitString, 1, bitString.length))) {
        throw new PkiException("x509: the request's signature does not verify");
      }
    } catch (GeneralSecurityException problem) {
      throw new PkiException("x509: the request's signature does not verify", problem);
    }
  }
}
