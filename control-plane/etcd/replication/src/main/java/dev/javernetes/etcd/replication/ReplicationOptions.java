package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.mvcc.StoreOptions;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a member takes part.
 *
 * @param name the own name
 * @param directory where log and state lie
 * @param listenPeer where other members connect
 * @param advertisePeer what they are told; also who this member is
 * @param advertiseClients where clients connect
 * @param initialCluster names and peer URLs of those that begin or, for a member that joins, of
 *     those that are there already
 * @param joining whether the cluster exists already
 * @param token tells clusters apart
 * @param electionTimeout how long without a leader until one is elected
 * @param snapshotEntries after so many log entries the state is made durable and older ones are
 *     dropped
 * @param keptEntries how many of those stay for members that are a little behind
 */
public record ReplicationOptions(
    String name,
    Path directory,
    InetSocketAddress listenPeer,
    URI advertisePeer,
    List<String> advertiseClients,
    Map<String, URI> initialCluster,
    boolean joining,
    String token,
    Duration electionTimeout,
    Duration requestTimeout,
    long snapshotEntries,
    long keptEntries,
    StoreOptions store) {
  private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  // Upstream's --snapshot-count and catch-up entries.
  private static final long SNAPSHOT_ENTRIES = 10_000;
  private static final long KEPT_ENTRIES = 5_000;

  public ReplicationOptions {
    advertiseClients = List.copyOf(advertiseClients);
    initialCluster = new LinkedHashMap<>(initialCluster);
    if (!initialCluster.containsValue(advertisePeer)) {
      throw new IllegalArgumentException(
          advertisePeer + " is not among the initial cluster " + initialCluster.values());
    }
    for (URI peer : initialCluster.values()) {
      if (!"http".equals(peer.getScheme()) || peer.getHost() == null || peer.getPort() <= 0) {
        throw new IllegalArgumentException(
            "peer URL "
                + peer
                + " is not of the form http://host:port (TLS between members is not built)");
      }
    }
  }

  public static ReplicationOptions of(
      String name, Path directory, URI advertisePeer, Map<String, URI> initialCluster) {
    return new ReplicationOptions(
        name,
        directory,
        new InetSocketAddress(advertisePeer.getHost(), advertisePeer.getPort()),
        advertisePeer,
        List.of(),
        initialCluster,
        false,
        "etcd-cluster",
        ELECTION_TIMEOUT,
        REQUEST_TIMEOUT,
        SNAPSHOT_ENTRIES,
        KEPT_ENTRIES,
        StoreOptions.DEFAULTS);
  }

  /** Reads the form of {@code --initial-cluster}: {@code a=http://10.0.0.1:2380,b=…}. */
  public static Map<String, URI> cluster(String text) {
    Map<String, URI> members = new LinkedHashMap<>();
    for (String member : text.split(",", -1)) {
      int equals = member.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("\"" + member + "\" is not of the form name=URL");
      }
      members.put(
          member.substring(0, equals).strip(), URI.create(member.substring(equals + 1).strip()));
    }
    return members;
  }

  public ReplicationOptions withClients(List<String> urls, InetSocketAddress listen) {
    return new ReplicationOptions(
        name,
        directory,
        listen,
        advertisePeer,
        urls,
        initialCluster,
        joining,
        token,
        electionTimeout,
        requestTimeout,
        snapshotEntries,
        keptEntries,
        store);
  }

  public ReplicationOptions withJoining(boolean value, String clusterToken) {
    return new ReplicationOptions(
        name,
        directory,
        listenPeer,
        advertisePeer,
        advertiseClients,
        initialCluster,
        value,
        clusterToken,
        electionTimeout,
        requestTimeout,
        snapshotEntries,
        keptEntries,
        store);
  }

  public ReplicationOptions withTimeouts(Duration election, Duration request) {
    return new ReplicationOptions(
        name,
        directory,
        listenPeer,
        advertisePeer,
        advertiseClients,
        initialCluster,
        joining,
        token,
        election,
        request,
        snapshotEntries,
        keptEntries,
        store);
  }

  public ReplicationOptions withSnapshots(long entries, long kept) {
    return new ReplicationOptions(
        name,
        directory,
        listenPeer,
        advertisePeer,
        advertiseClients,
        initialCluster,
        joining,
        token,
        electionTimeout,
        requestTimeout,
        entries,
        kept,
        store);
  }

  public ReplicationOptions withStore(StoreOptions value) {
    return new ReplicationOptions(
        name,
        directory,
        listenPeer,
        advertisePeer,
        advertiseClients,
        initialCluster,
        joining,
        token,
        electionTimeout,
        requestTimeout,
        snapshotEntries,
        keptEntries,
        value);
  }
}
