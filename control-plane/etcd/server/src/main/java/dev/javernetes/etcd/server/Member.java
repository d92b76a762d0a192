package dev.javernetes.etcd.server;

import dev.javernetes.etcd.protocol.EtcdRpc.ResponseHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/** Who answers: the one member of its cluster, with ids that follow from its name. */
record Member(String name, long clusterId, long id, List<String> clientUrls) {
  private static final long TERM = 2;

  static Member named(String name, List<String> clientUrls) {
    return new Member(name, idOf("cluster of " + name), idOf(name), clientUrls);
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
        .setRaftTerm(TERM)
        .build();
  }

  long term() {
    return TERM;
  }
}
