package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.ClusterMembers.ClusterMember;
import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who belongs to the cluster: Ratis' configuration says who takes part, and the replicated
 * attribute {@code member/<host:port>} says what a member is called, where its clients connect, and
 * whether it was let in but has not come yet.
 *
 * <p>etcd lets a member in before it is started. Ratis wants it to catch up first, so that a
 * majority is never lost to a member that does not exist: {@code add} writes the attribute, the
 * member announces itself when it starts, and only then the leader changes the configuration.
 */
final class Membership {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);
  private static final String PREFIX = "member/";
  private static final long TRANSFER_MILLIS = 10_000;

  private final RaftServer.Division division;
  private final RaftClient client;
  private final StoreMachine machine;
  private final Links links;

  /** What the attribute says. */
  private record Entry(boolean learner, boolean gone, String name, List<String> clientUrls) {
    static final Entry UNKNOWN = new Entry(false, false, "", List.of());

    Bytes encode() {
      return Bytes.utf8(learner + "\n" + gone + "\n" + name + "\n" + String.join(",", clientUrls));
    }

    static Entry decode(Bytes stored) {
      String[] lines = stored.toUtf8().split("\n", 4);
      return new Entry(
          Boolean.parseBoolean(lines[0]),
          Boolean.parseBoolean(lines[1]),
          lines[2],
          lines[3].isEmpty() ? List.of() : List.of(lines[3].split(",", -1)));
    }
  }

  Membership(RaftServer.Division division, RaftClient client, StoreMachine machine, Links links) {
    this.division = division;
    this.client = client;
    this.machine = machine;
    this.links = links;
  }

  static long idOf(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    long low = crc.getValue();
    crc.update(1);
    return crc.getValue() << 32 | low;
  }

  static long idOf(RaftPeerId peer) {
    return idOf(peer.toString());
  }

  private Entry entry(String peer) {
    Bytes stored = machine.state().store().attribute(PREFIX + peer);
    return stored == null ? Entry.UNKNOWN : Entry.decode(stored);
  }

  private void write(String peer, Entry entry) {
    links.propose(new Command.SetAttribute(PREFIX + peer, entry.encode())).number();
  }

  /** Says what this member is called, if the others do not know it like that. */
  void publish(String name, List<String> clientUrls) {
    String self = division.getId().toString();
    Entry known = entry(self);
    Entry now = new Entry(known.learner, false, name, clientUrls);
    if (!now.equals(known)) {
      write(self, now);
    }
  }

  private List<RaftPeer> peers(RaftPeerRole role) {
    return List.copyOf(division.getRaftConf().getAllPeers(role));
  }

  List<ClusterMember> members() {
    List<ClusterMember> members = new ArrayList<>();
    for (RaftPeer peer : peers(RaftPeerRole.FOLLOWER)) {
      members.add(member(peer.getId().toString(), false));
    }
    for (RaftPeer peer : peers(RaftPeerRole.LISTENER)) {
      members.add(member(peer.getId().toString(), true));
    }
    for (String peer : awaited()) {
      members.add(member(peer, entry(peer).learner));
    }
    return members;
  }

  private ClusterMember member(String peer, boolean learner) {
    Entry entry = entry(peer);
    return new ClusterMember(idOf(peer), entry.name, "http://" + peer, entry.clientUrls, learner);
  }

  /** Those that were let in and have not come. */
  private List<String> awaited() {
    List<String> awaited = new ArrayList<>();
    for (String name : machine.state().store().attributeNames()) {
      if (name.startsWith(PREFIX)) {
        String peer = name.substring(PREFIX.length());
        if (!entry(peer).gone && find(peer).isEmpty()) {
          awaited.add(peer);
        }
      }
    }
    return awaited;
  }

  private Optional<RaftPeer> find(String peer) {
    List<RaftPeer> all = new ArrayList<>(peers(RaftPeerRole.FOLLOWER));
    all.addAll(peers(RaftPeerRole.LISTENER));
    return all.stream().filter(one -> one.getId().toString().equals(peer)).findFirst();
  }

  ClusterMember add(String peerUrl, boolean learner) {
    URI url = URI.create(peerUrl);
    if (!"http".equals(url.getScheme()) || url.getHost() == null || url.getPort() <= 0) {
      throw new StoreException(
          StoreException.Reason.INVALID, "peer URL " + peerUrl + " is not http://host:port");
    }
    String peer = RaftNode.peerId(url).toString();
    if (find(peer).isPresent() || awaited().contains(peer)) {
      throw new StoreException(StoreException.Reason.INVALID, "peerURL exists");
    }
    write(peer, new Entry(learner, false, "", List.of()));
    return member(peer, learner);
  }

  /** On the leader: a member that was let in has started. */
  void joined(long id) {
    for (String peer : awaited()) {
      if (idOf(peer) == id) {
        List<RaftPeer> voters = new ArrayList<>(peers(RaftPeerRole.FOLLOWER));
        List<RaftPeer> learners = new ArrayList<>(peers(RaftPeerRole.LISTENER));
        RaftPeer newcomer = RaftNode.peer(URI.create("http://" + peer));
        (entry(peer).learner ? learners : voters).add(newcomer);
        try {
          configure(voters, learners);
          log.info("{} takes part now", peer);
        } catch (StoreException e) {
          // It asks again until it takes part.
          log.warn("{} could not be taken in yet: {}", peer, e.getMessage());
        }
      }
    }
  }

  boolean takesPart() {
    return find(division.getId().toString()).isPresent();
  }

  private void configure(List<RaftPeer> voters, List<RaftPeer> learners) {
    try {
      check(client.admin().setConfiguration(voters, learners));
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, "changing the members failed: " + e.getMessage(), e);
    }
  }

  private static void check(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, String.valueOf(reply.getException()));
    }
  }

  private String require(long id) {
    for (ClusterMember member : members()) {
      if (member.id() == id) {
        return member.peerUrl().substring("http://".length());
      }
    }
    throw new StoreException(StoreException.Reason.MEMBER_NOT_FOUND, "member not found");
  }

  void remove(long id) {
    String peer = require(id);
    if (find(peer).isPresent()) {
      configure(without(RaftPeerRole.FOLLOWER, peer), without(RaftPeerRole.LISTENER, peer));
    }
    Entry entry = entry(peer);
    write(peer, new Entry(entry.learner, true, entry.name, entry.clientUrls));
  }

  private List<RaftPeer> without(RaftPeerRole role, String peer) {
    return peers(role).stream().filter(one -> !one.getId().toString().equals(peer)).toList();
  }

  void promote(long id) {
    String peer = require(id);
    RaftPeer learner =
        peers(RaftPeerRole.LISTENER).stream()
            .filter(one -> one.getId().toString().equals(peer))
            .findFirst()
            .orElseThrow(() ->
                new StoreException(
                    StoreException.Reason.INVALID,
                    "can only promote a learner member which is in sync with leader"));
    List<RaftPeer> voters = new ArrayList<>(peers(RaftPeerRole.FOLLOWER));
    voters.add(RaftNode.peer(URI.create("http://" + learner.getId())));
    configure(voters, without(RaftPeerRole.LISTENER, peer));
  }

  void moveLeader(long id) {
    RaftPeerId peer = RaftPeerId.valueOf(require(id));
    if (peer.equals(division.getInfo().getLeaderId())) {
      return;
    }
    try {
      check(client.admin().transferLeadership(peer, TRANSFER_MILLIS));
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, "moving the leader failed: " + e.getMessage(), e);
    }
  }

  long leaderId() {
    RaftPeerId leader = division.getInfo().getLeaderId();
    return leader == null ? 0 : idOf(leader);
  }
}
