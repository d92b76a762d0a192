package dev.javernetes.pki;

import java.util.ArrayList;
import java.util.List;

/**
 * Whom a certificate names: common name (a user) and organizations (the user's groups), as
 * Kubernetes reads them.
 */
public record Subject(String commonName, List<String> organizations) {
  public Subject {
    if (commonName.isEmpty()) {
      throw new IllegalArgumentException("a certificate's subject needs a common name");
    }
    organizations = List.copyOf(organizations);
  }

  public static Subject of(String commonName, String... organizations) {
    return new Subject(commonName, List.of(organizations));
  }

  /** The Name: each organization an RDN of its own, then the common name, as Go's pkix writes. */
  byte[] encoded() {
    List<byte[]> names = new ArrayList<>();
    if (!organizations.isEmpty()) {
      byte[][] values =
          organizations.stream()
              .map(group -> Der.sequence(Der.oid("2.5.4.10"), Der.utf8(group)))
              .toArray(byte[][]::new);
      java.util.Arrays.sort(values, java.util.Arrays::compareUnsigned);
      names.add(Der.set(values));
    }
    names.add(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(commonName))));
    return Der.sequence(names.toArray(byte[][]::new));
  }
}
