package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.ClusterMembers;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.protocol.EtcdRpc.ResponseHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Who answers: the one member of its cluster, with ids that follow from its name, or one of several
 * with the ids that they agree on.
 */
record Member(
    String name,
    long clusterId,
    long id,
    List<String> clientUrls,
    @Nullable ClusterMembers cluster) {
  private static final long ONLY_TERM = 2;

  static Member of(Store store, String name, List<String> clientUrls) {
    return store instanceof ClusterMembers cluster
        ? new Member(name, cluster.clusterId(), cluster.memberId(), clientUrls, cluster)
        : new Member(name, idOf("cluster of " + name), idOf(name), clientUrls, null);
  }

  private static long idOf(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    long low = crc.getValue();
    crc.update(1);
    return crc.getValue() << 32 | low;
  }

  ResponseHeader header(long revision) {
    return ResponseHeader.newBuilder()
        .setClusterId(clusterId)
        .setMemberId(id)
        .setRevision(revision)
        .setRaftTerm(term())
        .build();
  }

  long term() {
    return cluster == null ? ONLY_TERM : cluster.term();
  }

  long leader() {
    return cluster == null ? id : cluster.leaderId();
  }
}
