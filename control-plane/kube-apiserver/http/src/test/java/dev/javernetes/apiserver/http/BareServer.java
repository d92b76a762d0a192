package dev.javernetes.apiserver.http;

import dev.javernetes.apiserver.authentication.AnonymousAccess;
import dev.javernetes.apiserver.authentication.AuthenticationSettings;
import dev.javernetes.apiserver.security.SecuritySettings;
import dev.javernetes.apiserver.server.KubeApiServer;
import dev.javernetes.apiserver.server.KubeApiServerOptions;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.pki.CertificateAuthority;
import dev.javernetes.pki.CertificateProfile;
import dev.javernetes.pki.KeyAndCertificate;
import dev.javernetes.pki.Pem;
import dev.javernetes.pki.Subject;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * An API server alone, over a store in memory, for clients to be pointed at:
 *
 * <pre>{@code
 * BareServer --port 6450 --kubeconfig /tmp/bare.kubeconfig
 * }</pre>
 *
 * <p>The kubeconfig's user is in group system:masters. Anonymous access is on, as in the recordings
 * that are compared with.
 */
public final class BareServer {
  private BareServer() {}

  public static void main(String[] arguments) throws Exception {
    int port = 6450;
    Path kubeconfig = Path.of("/tmp/bare.kubeconfig");
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      switch (arguments[i]) {
        case "--port" -> port = Integer.parseInt(arguments[i + 1]);
        case "--kubeconfig" -> kubeconfig = Path.of(arguments[i + 1]);
        default -> throw new IllegalArgumentException("unknown flag " + arguments[i]);
      }
    }
    long start = System.nanoTime();
    SecureRandom random = new SecureRandom();
    Instant now = Instant.now();
    CertificateAuthority authority = CertificateAuthority.create("bare-ca", now, random);
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    KeyAndCertificate serving =
        authority.issue(
            CertificateProfile.server(
                Subject.of("kube-apiserver"), List.of("localhost"), List.of(loopback)),
            now);
    KeyAndCertificate client =
        authority.issue(CertificateProfile.client(Subject.of("admin", "system:masters")), now);
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    KeyPair accountKey = keys.generateKeyPair();
    KubeApiServer server =
        KubeApiServer.start(
            new KubeApiServerOptions(
                InMemoryStore.open(),
                SecuritySettings.standard(
                    AuthenticationSettings.standard(
                            List.of(authority.certificate()), List.of(), accountKey)
                        .withAnonymous(AnonymousAccess.EVERYWHERE)),
                KubeApiServerOptions.Network.standard("127.0.0.1", port),
                null,
                new KubeApiServerOptions.Runtime(
                    Clock.systemUTC(),
                    System::nanoTime,
                    random,
                    new ScheduledThreadPoolExecutor(1),
                    Executors.newVirtualThreadPerTaskExecutor())));
    HttpEdge edge = HttpEdge.start(EdgeSettings.of(loopback, port, serving.keyManager()), server);
    Files.writeString(kubeconfig, kubeconfig(edge.port(), authority, client));
    server.awaitReady();
    System.out.println(
        "ready on 127.0.0.1:"
            + edge.port()
            + " after "
            + (System.nanoTime() - start) / 1_000_000
            + " ms, KUBECONFIG="
            + kubeconfig);
    Thread.currentThread().join();
  }

  private static String kubeconfig(
      int port, CertificateAuthority authority, KeyAndCertificate client) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: bare
      cluster:
        server: https://127.0.0.1:%d
        certificate-authority-data: %s
    users:
    - name: admin
      user:
        client-certificate-data: %s
        client-key-data: %s
    contexts:
    - name: bare
      context:
        cluster: bare
        user: admin
    current-context: bare
    """
        .formatted(
            port,
            base64(Pem.certificates(List.of(authority.certificate()))),
            base64(Pem.certificates(List.of(client.chain().getFirst()))),
            base64(client.keyPem()));
  }

  private static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }
}
