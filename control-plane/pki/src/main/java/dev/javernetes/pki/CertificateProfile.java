package dev.javernetes.pki;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a leaf certificate is to say: subject, what it may be used for, the names and addresses it
 * serves, how long it is good.
 */
public record CertificateProfile(
    Subject subject,
    Set<Usage> usages,
    List<String> dnsNames,
    List<InetAddress> addresses,
    Duration validity) {

  /** Extended key usages. */
  public enum Usage {
    SERVER("1.3.6.1.5.5.7.3.1"),
    CLIENT("1.3.6.1.5.5.7.3.2");

    final String oid;

    Usage(String oid) {
      this.oid = oid;
    }
  }

  /** kubeadm's: a year. */
  public static final Duration ONE_YEAR = Duration.ofDays(365);

  public CertificateProfile {
    usages = Set.copyOf(usages);
    dnsNames = List.copyOf(dnsNames);
    addresses = List.copyOf(addresses);
    if (validity.isNegative() || validity.isZero()) {
      throw new IllegalArgumentException("a certificate must be valid for some time");
    }
  }

  public static CertificateProfile client(Subject subject) {
    return new CertificateProfile(subject, Set.of(Usage.CLIENT), List.of(), List.of(), ONE_YEAR);
  }

  public static CertificateProfile server(
      Subject subject, List<String> dnsNames, List<InetAddress> addresses) {
    return new CertificateProfile(subject, Set.of(Usage.SERVER), dnsNames, addresses, ONE_YEAR);
  }

  /** For etcd members, which are both to each other. */
  public static CertificateProfile peer(
      Subject subject, List<String> dnsNames, List<InetAddress> addresses) {
    return new CertificateProfile(
        subject, Set.of(Usage.SERVER, Usage.CLIENT), dnsNames, addresses, ONE_YEAR);
  }
}
