package dev.javernetes.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Every key and certificate of a cluster, in kubeadm's files under one directory:
 *
 * <pre>
 * ca.crt ca.key                          the cluster's authority
 * front-proxy-ca.crt .key                the authority of request-header proxies
 * apiserver.crt .key                     what the API server shows to clients
 * apiserver-kubelet-client.crt .key      what it shows to kubelets
 * front-proxy-client.crt .key            what it shows to aggregated API servers
 * sa.key sa.pub                          signs service-account tokens
 * admin, controller-manager, scheduler, kube-proxy (.crt .key)   client certificates
 * etcd/ca etcd/server etcd/peer apiserver-etcd-client            made when first asked for
 * kubelet-NODE, kubelet-server-NODE                              made when first asked for
 * </pre>
 *
 * <p>Opening the directory makes what is missing and renews what runs out; everything else stays as
 * it is, so that clients keep their trust over restarts. Making all of it takes some 100 ms.
 */
public final class ClusterPki {

  /**
   * What the serving certificate is to name besides the fixed names.
   *
   * @param serviceAddress the first address of the service range: the {@code kubernetes} Service
   * @param clusterDomain {@code cluster.local}
   */
  public record ServingNames(
      String clusterDomain,
      InetAddress serviceAddress,
      List<InetAddress> addresses,
      List<String> dnsNames) {
    public ServingNames {
      addresses = List.copyOf(addresses);
      dnsNames = List.copyOf(dnsNames);
    }
  }

  private final Path root;
  private final SecureRandom random;
  private final CertificateAuthority authority;
  private final CertificateAuthority frontProxyAuthority;
  private final KeyAndCertificate apiServer;
  private final KeyAndCertificate kubeletClient;
  private final KeyAndCertificate frontProxyClient;
  private final KeyAndCertificate admin;
  private final KeyAndCertificate controllerManager;
  private final KeyAndCertificate cloudControllerManager;
  private final KeyAndCertificate scheduler;
  private final KeyAndCertificate kubeProxy;
  private final KeyPair serviceAccountKey;

  private ClusterPki(Path root, ServingNames names, Instant now, SecureRandom random) {
    PkiDirectory files = new PkiDirectory(root, random, now);
    this.root = root;
    this.random = random;
    authority = files.authority("ca", "kubernetes");
    frontProxyAuthority = files.authority("front-proxy-ca", "front-proxy-ca");
    apiServer = files.leaf("apiserver", authority, servingProfile(names));
    kubeletClient =
        files.leaf(
            "apiserver-kubelet-client",
            authority,
            CertificateProfile.client(
                Subject.of("kube-apiserver-kubelet-client", "system:masters")));
    frontProxyClient =
        files.leaf(
            "front-proxy-client",
            frontProxyAuthority,
            CertificateProfile.client(Subject.of("front-proxy-client")));
    admin = client(files, "admin", Subject.of("kubernetes-admin", "system:masters"));
    controllerManager =
        client(files, "controller-manager", Subject.of("system:kube-controller-manager"));
    cloudControllerManager =
        client(files, "cloud-controller-manager", Subject.of("system:cloud-controller-manager"));
    scheduler = client(files, "scheduler", Subject.of("system:kube-scheduler"));
    kubeProxy = client(files, "kube-proxy", Subject.of("system:kube-proxy"));
    serviceAccountKey = files.signingKey("sa");
  }

  /**
   * Opens the directory; makes and renews what must be. {@link PkiException} says what is wrong.
   */
  public static ClusterPki open(
      Path directory, ServingNames names, Instant now, SecureRandom random) {
    return new ClusterPki(directory, names, now, random);
  }

  public Path root() {
    return root;
  }

  public CertificateAuthority authority() {
    return authority;
  }

  public CertificateAuthority frontProxyAuthority() {
    return frontProxyAuthority;
  }

  /** What the API server shows to its clients. */
  public KeyAndCertificate apiServer() {
    return apiServer;
  }

  /** What the API server shows to kubelets; in group system:masters. */
  public KeyAndCertificate kubeletClient() {
    return kubeletClient;
  }

  public KeyAndCertificate frontProxyClient() {
    return frontProxyClient;
  }

  /** The administrator: kubernetes-admin in group system:masters. */
  public KeyAndCertificate admin() {
    return admin;
  }

  public KeyAndCertificate controllerManager() {
    return controllerManager;
  }

  public KeyAndCertificate cloudControllerManager() {
    return cloudControllerManager;
  }

  public KeyAndCertificate scheduler() {
    return scheduler;
  }

  public KeyAndCertificate kubeProxy() {
    return kubeProxy;
  }

  /** Signs and verifies service-account tokens. */
  public KeyPair serviceAccountKey() {
    return serviceAccountKey;
  }

  /** The kubelet's client certificate: user system:node:NAME in group system:nodes. */
  public KeyAndCertificate kubelet(String nodeName, Instant now) {
    return files(now)
        .leaf(
            "kubelet-" + nodeName,
            authority,
            CertificateProfile.client(Subject.of("system:node:" + nodeName, "system:nodes")));
  }

  /** What the kubelet of a node shows to its callers. */
  public KeyAndCertificate kubeletServer(
      String nodeName, List<InetAddress> addresses, Instant now) {
    return files(now)
        .leaf(
            "kubelet-server-" + nodeName,
            authority,
            CertificateProfile.server(
                Subject.of("system:node:" + nodeName, "system:nodes"),
                List.of(nodeName),
                addresses));
  }

  public CertificateAuthority etcdAuthority(Instant now) {
    return files(now).authority("etcd/ca", "etcd-ca");
  }

  /** What an etcd member shows to its clients; {@code name} is the member's. */
  public KeyAndCertificate etcdServer(String name, List<InetAddress> addresses, Instant now) {
    return files(now)
        .leaf(
            "etcd/server",
            etcdAuthority(now),
            CertificateProfile.peer(Subject.of(name), List.of("localhost", name), addresses));
  }

  /** What an etcd member shows to other members. */
  public KeyAndCertificate etcdPeer(String name, List<InetAddress> addresses, Instant now) {
    return files(now)
        .leaf(
            "etcd/peer",
            etcdAuthority(now),
            CertificateProfile.peer(Subject.of(name), List.of("localhost", name), addresses));
  }

  /** What the API server shows to etcd. */
  public KeyAndCertificate etcdClient(Instant now) {
    return files(now)
        .leaf(
            "apiserver-etcd-client",
            etcdAuthority(now),
            CertificateProfile.client(Subject.of("kube-apiserver-etcd-client")));
  }

  private PkiDirectory files(Instant now) {
    return new PkiDirectory(root, random, now);
  }

  private KeyAndCertificate client(PkiDirectory files, String name, Subject subject) {
    return files.leaf(name, authority, CertificateProfile.client(subject));
  }

  private static CertificateProfile servingProfile(ServingNames names) {
    Set<String> dnsNames =
        new LinkedHashSet<>(
            List.of(
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc." + names.clusterDomain(),
                "localhost"));
    dnsNames.addAll(names.dnsNames());
    Set<InetAddress> addresses = new LinkedHashSet<>();
    try {
      addresses.add(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
      addresses.add(
          InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
    addresses.add(names.serviceAddress());
    addresses.addAll(names.addresses());
    return CertificateProfile.server(
        Subject.of("kube-apiserver"), new ArrayList<>(dnsNames), new ArrayList<>(addresses));
  }
}
