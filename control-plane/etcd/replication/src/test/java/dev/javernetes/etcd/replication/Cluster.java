package dev.javernetes.etcd.replication;

import static org.awaitility.Awaitility.await;

import dev.javernetes.etcd.mvcc.StoreException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Members in this process, each with its own directory and port on loopback. */
final class Cluster implements AutoCloseable {
  private static final Duration ELECTION = Duration.ofMillis(400);

  private final Path directory;
  private final Map<String, URI> urls = new LinkedHashMap<>();
  private final List<@Nullable ReplicatedStore> members = new ArrayList<>();
  private final UnaryOperator<ReplicationOptions> settings;

  private Cluster(Path directory, UnaryOperator<ReplicationOptions> settings) {
    this.directory = directory;
    this.settings = settings;
  }

  static Cluster start(Path directory, int count) throws IOException {
    return start(directory, count, UnaryOperator.identity());
  }

  static Cluster start(Path directory, int count, UnaryOperator<ReplicationOptions> settings)
      throws IOException {
    Cluster cluster = new Cluster(directory, settings);
    for (int i = 0; i < count; i++) {
      cluster.urls.put("m" + i, URI.create("http://127.0.0.1:" + freePort()));
      cluster.members.add(null);
    }
    for (int i = 0; i < count; i++) {
      cluster.start(i);
    }
    return cluster;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private ReplicationOptions options(int index, boolean joining) {
    String name = "m" + index;
    return settings.apply(
        ReplicationOptions.of(
                name,
                directory.resolve(name),
                java.util.Objects.requireNonNull(urls.get(name)),
                urls)
            .withTimeouts(ELECTION, Duration.ofSeconds(20))
            .withJoining(joining, "test"));
  }

  ReplicatedStore start(int index) throws IOException {
    ReplicatedStore member = ReplicatedStore.start(options(index, false), new Random(index));
    members.set(index, member);
    return member;
  }

  /** Lets a new member in and starts it. */
  ReplicatedStore join(boolean learner) throws IOException {
    int index = members.size();
    URI url = URI.create("http://127.0.0.1:" + freePort());
    member(0).add(url.toString(), learner);
    urls.put("m" + index, url);
    ReplicatedStore member = ReplicatedStore.start(options(index, true), new Random(index));
    members.add(member);
    return member;
  }

  ReplicatedStore member(int index) {
    ReplicatedStore member = members.get(index);
    if (member == null) {
      throw new IllegalStateException("member " + index + " is stopped");
    }
    return member;
  }

  void stop(int index) {
    member(index).close();
    members.set(index, null);
  }

  /** The index of the member that leads, once there is one that the running members agree on. */
  int leader() {
    int[] found = {-1};
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          for (int i = 0; i < members.size(); i++) {
            ReplicatedStore member = members.get(i);
            if (member != null && member.leaderId() == member.memberId()) {
              try {
                member.alarms();
                found[0] = i;
                return true;
              } catch (StoreException e) {
                return false;
              }
            }
          }
          return false;
        });
    return found[0];
  }

  @Override
  public void close() {
    members.forEach(member -> {
      if (member != null) {
        member.close();
      }
    });
  }
}
