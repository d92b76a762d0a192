package dev.javernetes.pki;

import java.security.PublicKey;

/**
 * A PKCS #10 request (RFC 2986), read as far as Kubernetes looks: subject, key, the names it asks
 * for, and whether its signature holds.
 */
public record CertificateSigningRequest(
    String commonName,
    java.util.List<String> organizations,
    PublicKey publicKey,
    java.util.List<String> dnsNames,
    java.util.List<java.net.InetAddress> addresses,
    java.util.List<String> emailAddresses,
    java.util.List<String> uris) {

  public CertificateSigningRequest {
    organizations = java.util.List.copyOf(organizations);
    dnsNames = java.util.List.copyOf(dnsNames);
    addresses = java.util.List.copyOf(addresses);
    emailAddresses = java.util.List.copyOf(emailAddresses);
    uris = java.util.List.copyOf(uris);
  }

  /** Reads DER; {@link PkiException} if it is not a request or its signature is wrong. */
  public static CertificateSigningRequest parse(byte[] der) {
    return CertificateRequestReader.read(der);
  }
}
