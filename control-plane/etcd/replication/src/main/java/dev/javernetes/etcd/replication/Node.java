package dev.javernetes.etcd.replication;

import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member's parts: Ratis' server, its state machine, and what the member does by itself. */
final class Node implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Node.class);
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final ReplicationOptions options;
  private final FileChannel lock;
  private final RaftServer server;
  private final RaftClient client;
  private final StoreMachine machine;
  private final Links links;
  private final Membership membership;
  private final ExecutorService background;
  private final ScheduledThreadPoolExecutor ticks =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("etcd-member").factory());
  private boolean published;

  private Node(
      ReplicationOptions options,
      FileChannel lock,
      RaftServer server,
      RaftClient client,
      StoreMachine machine,
      ExecutorService background)
      throws IOException {
    this.options = options;
    this.lock = lock;
    this.server = server;
    this.client = client;
    this.machine = machine;
    this.background = background;
    this.links =
        new Links(
            server,
            client.getClientRpc(),
            RaftNode.groupId(options.token()),
            client.getId(),
            options.requestTimeout());
    this.membership =
        new Membership(
            server.getDivision(RaftNode.groupId(options.token())), client, machine, links);
  }

  static Node start(ReplicationOptions options) throws IOException {
    Path directory = options.directory();
    Files.createDirectories(directory);
    FileChannel lock = lock(directory);
    ExecutorService background =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("etcd-member-", 0).factory());
    RaftServer server = null;
    RaftClient client = null;
    try {
      StoreMachine machine =
          new StoreMachine(
              new StateDirectory(directory, options.store()),
              directory.resolve("sending"),
              background);
      server = RaftNode.server(options, machine);
      client = RaftNode.client(options);
      Node node = new Node(options, lock, server, client, machine, background);
      machine.setSource(node::fetch);
      machine.onJoin(node.membership::joined);
      server.start();
      var unused =
          node.ticks.scheduleWithFixedDelay(
              node::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
      return node;
    } catch (IOException | RuntimeException e) {
      if (client != null) {
        client.close();
      }
      if (server != null) {
        server.close();
      }
      lock.close();
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock held = null;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another member of this very process.
    }
    if (held == null) {
      channel.close();
      throw new StoreException(
          StoreException.Reason.LOCKED,
          "the data directory "
              + directory
              + " is in use by another process; stop it or use another --data-dir");
    }
    return channel;
  }

  StoreMachine machine() {
    return machine;
  }

  Links links() {
    return links;
  }

  Membership membership() {
    return membership;
  }

  long term() {
    try {
      return server.getDivision(RaftNode.groupId(options.token())).getInfo().getCurrentTerm();
    } catch (IOException e) {
      return 0;
    }
  }

  /** This member's state; waits while it is being replaced by another member's. */
  MvccStore awaitState() {
    long deadline = System.nanoTime() + options.requestTimeout().toNanos();
    while (true) {
      try {
        return machine.state().store();
      } catch (StoreException e) {
        if (deadline - System.nanoTime() <= 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Runs something once this member has applied everything that was written before the call. */
  void whenNewest(Runnable action) {
    background.execute(() -> {
      try {
        links.awaitNewest();
        action.run();
      } catch (StoreException e) {
        log.debug("nothing leads: {}", e.getMessage());
      }
    });
  }

  /** What a member does now and then: end leases, say its name, ask to be let in. */
  private void tick() {
    try {
      if (machine.isLeading()) {
        for (long id : machine.state().store().expiredLeases()) {
          links.propose(new Command.RevokeLease(id)).number();
        }
      }
      if (!membership.takesPart()) {
        join();
      } else if (!published) {
        membership.publish(options.name(), options.advertiseClients());
        published = true;
      }
    } catch (StoreException e) {
      // Nothing leads, or somebody else was faster; the next turn tries again.
      log.debug("a member's turn failed: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.warn("a member's turn failed", e);
    }
  }

  private void join() {
    long self = Membership.idOf(server.getId());
    for (URI url : options.initialCluster().values()) {
      RaftPeerId peer = RaftNode.peerId(url);
      if (!peer.equals(server.getId())) {
        try {
          if (links.ask(peer, new Question.Join(self)) instanceof Reply.Number) {
            return;
          }
        } catch (IOException e) {
          log.debug("{} could not be asked to join: {}", peer, e.getMessage());
        }
      }
    }
  }

  /** Fetches the leader's whole state in pieces. */
  private TermIndex fetch(RaftPeerProto leader, StateDirectory into) throws IOException {
    RaftPeerId peer = RaftPeerId.valueOf(leader.getId());
    SnapshotDesk.Ticket ticket =
        SnapshotDesk.Ticket.decode(content(links.ask(peer, new Question.OpenSnapshot())));
    Path file = options.directory().resolve("receiving");
    try {
      try (var out = Files.newOutputStream(file)) {
        for (long at = 0; at < ticket.sizeBytes(); ) {
          byte[] piece = content(links.ask(peer, new Question.ReadSnapshot(ticket.number(), at)));
          if (piece.length == 0) {
            throw new IOException("the leader's snapshot is shorter than announced");
          }
          out.write(piece);
          at += piece.length;
        }
      }
      var unused = links.ask(peer, new Question.CloseSnapshot(ticket.number()));
      try (InputStream in = Files.newInputStream(file)) {
        into.install(in, ticket.index());
      }
    } finally {
      Files.deleteIfExists(file);
    }
    return TermIndex.valueOf(ticket.term(), ticket.index());
  }

  private static byte[] content(Reply reply) throws IOException {
    return switch (reply) {
      case Reply.Content(byte[] bytes) -> bytes;
      case Reply.Refused(StoreException reason) ->
          throw new IOException(String.valueOf(reason.getMessage()), reason);
      case Reply other -> throw new IOException("unexpected answer " + other);
    };
  }

  @Override
  public void close() {
    ticks.shutdownNow();
    try {
      client.close();
      server.close();
      lock.close();
    } catch (IOException e) {
      log.warn("stopping the member failed", e);
    }
    background.shutdown();
  }
}
