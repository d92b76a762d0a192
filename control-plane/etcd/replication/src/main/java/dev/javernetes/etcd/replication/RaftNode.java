package dev.javernetes.etcd.replication;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Ratis as this store uses it: a server for one group, and a client to the others. */
final class RaftNode {
  private static final SizeInBytes MESSAGE_BYTES = SizeInBytes.valueOf("64MB");
  private static final SizeInBytes SEGMENT_BYTES = SizeInBytes.valueOf("32MB");

  private RaftNode() {}

  /** Members are known by host and port of their peer URL, which both sides have. */
  static RaftPeerId peerId(URI url) {
    return RaftPeerId.valueOf(url.getHost() + ":" + url.getPort());
  }

  static RaftPeer peer(URI url) {
    return RaftPeer.newBuilder()
        .setId(peerId(url))
        .setAddress(url.getHost() + ":" + url.getPort())
        .build();
  }

  static RaftGroupId groupId(String token) {
    return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(token.getBytes(StandardCharsets.UTF_8)));
  }

  static RaftServer server(ReplicationOptions options, StoreMachine machine) throws IOException {
    Path storage = options.directory().resolve("raft");
    RaftGroupId id = groupId(options.token());
    List<RaftPeer> peers = new ArrayList<>();
    if (!options.joining()) {
      options.initialCluster().values().forEach(url -> peers.add(peer(url)));
    }
    boolean known = Files.isDirectory(storage.resolve(id.getUuid().toString()));
    return RaftServer.newBuilder()
        .setServerId(peerId(options.advertisePeer()))
        .setGroup(RaftGroup.valueOf(id, peers))
        .setStateMachine(machine)
        .setProperties(properties(options, storage.toFile()))
        .setParameters(new Parameters())
        .setOption(known ? RaftStorage.StartupOption.RECOVER : RaftStorage.StartupOption.FORMAT)
        .build();
  }

  static RaftClient client(ReplicationOptions options) {
    List<RaftPeer> peers = new ArrayList<>();
    options.initialCluster().values().forEach(url -> peers.add(peer(url)));
    return RaftClient.newBuilder()
        .setRaftGroup(RaftGroup.valueOf(groupId(options.token()), peers))
        .setProperties(properties(options, options.directory().toFile()))
        .setParameters(new Parameters())
        .build();
  }

  private static RaftProperties properties(ReplicationOptions options, File storage) {
    RaftProperties properties = new RaftProperties();
    GrpcConfigKeys.Server.setHost(properties, options.listenPeer().getHostString());
    GrpcConfigKeys.Server.setPort(properties, options.listenPeer().getPort());
    GrpcConfigKeys.setMessageSizeMax(properties, MESSAGE_BYTES);
    RaftServerConfigKeys.setStorageDir(properties, List.of(storage));
    Duration election = options.electionTimeout();
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(election));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(election.multipliedBy(2)));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, time(election.dividedBy(4)));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, time(election));
    RaftServerConfigKeys.Rpc.setRequestTimeout(properties, time(election.multipliedBy(3)));
    // A process that was stopped for minutes goes on when it is continued.
    RaftServerConfigKeys.setCloseThreshold(properties, time(Duration.ofDays(365)));
    // Reads ask the leader, and the leader asks a majority: no clock is trusted.
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    RaftServerConfigKeys.Read.setTimeout(properties, time(options.requestTimeout()));
    RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, options.snapshotEntries());
    RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, options.keptEntries());
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SEGMENT_BYTES);
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
    RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(properties, true);
    return properties;
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
  }
}
