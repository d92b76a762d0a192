package dev.javernetes.etcd.client;

import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Store;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A cluster of Debian's etcd on loopback, as many members as asked for. */
final class RealEtcd implements AutoCloseable {
  private final List<Member> members = new ArrayList<>();

  /** One member; it can be stopped and started again on its data. */
  static final class Member {
    private final List<String> command;
    private final Path log;
    final int clientPort;
    private Process process;

    Member(List<String> command, Path log, int clientPort) throws IOException {
      this.command = command;
      this.log = log;
      this.clientPort = clientPort;
      this.process = launch();
    }

    private Process launch() throws IOException {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    }

    void start() throws IOException {
      process = launch();
    }

    void stop() throws InterruptedException {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  private RealEtcd() {}

  /** The etcd program, if there is one on the path. */
  static Optional<Path> program() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, "etcd"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static RealEtcd start(Path directory, int count) throws IOException {
    String program = program().orElseThrow().toString();
    int[] ports = freePorts(2 * count);
    List<String> initial = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      initial.add("m" + i + "=http://127.0.0.1:" + ports[2 * i + 1]);
    }
    RealEtcd cluster = new RealEtcd();
    for (int i = 0; i < count; i++) {
      String client = "http://127.0.0.1:" + ports[2 * i];
      String peer = "http://127.0.0.1:" + ports[2 * i + 1];
      List<String> command =
          List.of(
              program,
              "--name=m" + i,
              "--data-dir=" + directory.resolve("m" + i),
              "--listen-client-urls=" + client,
              "--advertise-client-urls=" + client,
              "--listen-peer-urls=" + peer,
              "--initial-advertise-peer-urls=" + peer,
              "--initial-cluster=" + String.join(",", initial));
      cluster.members.add(new Member(command, directory.resolve("m" + i + ".log"), ports[2 * i]));
    }
    return cluster;
  }

  private static int[] freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      int[] ports = new int[count];
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0));
        ports[i] = held.get(i).getLocalPort();
      }
      return ports;
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  Member member(int index) {
    return members.get(index);
  }

  RemoteStoreOptions options() {
    return RemoteStoreOptions.of(
        String.join(
            ",", members.stream().map(member -> "http://127.0.0.1:" + member.clientPort).toList()));
  }

  /** Connects to a cluster emptied of what other tests left. */
  Store connectEmptied() {
    RemoteStore store = RemoteStore.connect(options());
    store.delete(KeyRange.all());
    store.leases().forEach(store::revokeLease);
    return store;
  }

  @Override
  public void close() throws InterruptedException {
    for (Member member : members) {
      member.stop();
    }
  }
}
