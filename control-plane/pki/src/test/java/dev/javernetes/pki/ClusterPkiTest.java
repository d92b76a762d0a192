package dev.javernetes.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterPkiTest {
  private static final Instant NOW = Instant.parse("2026-11-23T07:00:00Z");
  private final SecureRandom random = new SecureRandom();

  @TempDir Path directory;

  @Test
  void makesEveryFileForTheOwnerAlone() throws Exception {
    open(NOW);

    try (var files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertThat(all)
          .extracting(file -> file.getFileName().toString())
          .contains(
              "ca.crt",
              "ca.key",
              "front-proxy-ca.crt",
              "apiserver.crt",
              "apiserver.key",
              "apiserver-kubelet-client.crt",
              "sa.key",
              "sa.pub",
              "admin.crt",
              "scheduler.key");
      for (Path file : all) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void servingCertificateNamesTheClusterAndVerifies() throws Exception {
    ClusterPki pki = open(NOW);

    X509Certificate serving = pki.apiServer().certificate();
    serving.verify(pki.authority().certificate().getPublicKey());
    assertThat(serving.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .contains("kubernetes.default.svc.cluster.local", "localhost", "127.0.0.1", "10.96.0.1");
    assertThat(serving.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(pki.admin().certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=kubernetes-admin,O=system:masters");
    assertThat(pki.kubelet("n1", NOW).certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=system:node:n1,O=system:nodes");
  }

  @Test
  void keepsWhatIsGoodAndRenewsWhatRunsOut() {
    ClusterPki first = open(NOW);

    ClusterPki restarted = open(NOW.plus(Duration.ofDays(1)));
    assertThat(restarted.apiServer().certificate()).isEqualTo(first.apiServer().certificate());
    assertThat(restarted.serviceAccountKey().getPublic())
        .isEqualTo(first.serviceAccountKey().getPublic());

    ClusterPki nextYear = open(NOW.plus(Duration.ofDays(330)));
    assertThat(nextYear.authority().certificate()).isEqualTo(first.authority().certificate());
    assertThat(nextYear.apiServer().certificate()).isNotEqualTo(first.apiServer().certificate());
  }

  @Test
  void renewsTheServingCertificateWhenTheNodeHasAnotherAddress() throws Exception {
    ClusterPki first = open(NOW);

    ClusterPki moved =
        ClusterPki.open(
            directory,
            new ClusterPki.ServingNames(
                "cluster.local",
                InetAddress.getByName("10.96.0.1"),
                List.of(InetAddress.getByName("192.168.7.7")),
                List.of()),
            NOW,
            random);

    assertThat(moved.apiServer().certificate()).isNotEqualTo(first.apiServer().certificate());
    assertThat(moved.apiServer().certificate().getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .contains("192.168.7.7");
  }

  @Test
  void saysWhichFileIsBroken() throws Exception {
    open(NOW);
    Files.writeString(directory.resolve("ca.crt"), "no certificate");

    assertThatThrownBy(() -> open(NOW))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining("ca.crt");
  }

  @Test
  void kubeconfigEmbedsEverything() throws Exception {
    ClusterPki pki = open(NOW);
    Path file = directory.resolve("conf/admin.conf");

    Kubeconfig.withCertificate(
            "j8s",
            "kubernetes-admin",
            "https://127.0.0.1:6443",
            pki.authority().keyAndCertificate().certificatePem(),
            pki.admin())
        .write(file);

    assertThat(Files.readString(file))
        .contains("current-context: \"kubernetes-admin@j8s\"")
        .contains("    server: https://127.0.0.1:6443")
        .contains("    client-key-data: LS0t");
  }

  private ClusterPki open(Instant now) {
    try {
      return ClusterPki.open(
          directory,
          new ClusterPki.ServingNames(
              "cluster.local", InetAddress.getByName("10.96.0.1"), List.of(), List.of()),
          now,
          random);
    } catch (java.net.UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
