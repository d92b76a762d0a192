package dev.javernetes.etcd.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.StoreStatus;
import dev.javernetes.etcd.server.EtcdServer;
import dev.javernetes.etcd.server.EtcdServerOptions;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's etcdctl against our server. */
class EtcdctlTest {
  @TempDir Path directory;
  private final MvccStore served = InMemoryStore.open();
  private final EtcdServer server;

  EtcdctlTest() throws IOException {
    server =
        EtcdServer.start(
            EtcdServerOptions.of(
                "default",
                List.of(new InetSocketAddress("127.0.0.1", 0)),
                List.of("http://127.0.0.1:2379")),
            served);
  }

  @BeforeEach
  void requireEtcdctl() {
    boolean installed =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "etcdctl")));
    Assumptions.assumeTrue(
        installed, "needs etcdctl on the path (Debian: apt install etcd-client)");
  }

  @AfterEach
  void stop() {
    server.close();
    served.close();
  }

  private Process launch(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("etcdctl", "--command-timeout=60s", "--dial-timeout=30s"));
    command.add("--endpoints=127.0.0.1:" + server.ports().getFirst());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ETCDCTL_API", "3");
    return builder.start();
  }

  private String run(String... arguments) throws Exception {
    Process process = launch(arguments);
    process.getOutputStream().close();
    return finish(process);
  }

  private static String finish(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return output.strip();
  }

  @Test
  void writesAndReads() throws Exception {
    assertThat(run("put", "a", "1")).isEqualTo("OK");
    assertThat(run("put", "a", "2", "--prev-kv")).isEqualTo("OK\na\n1");
    run("put", "ab", "3");
    assertThat(run("get", "--prefix", "a")).isEqualTo("a\n2\nab\n3");
    assertThat(run("get", "a", "--rev=2")).isEqualTo("a\n1");
    assertThat(run("get", "--prefix", "a", "--order=DESCEND", "--limit=1")).isEqualTo("ab\n3");
    assertThat(run("get", "--from-key", "ab", "--print-value-only")).isEqualTo("3");
    assertThat(run("del", "--prefix", "a")).isEqualTo("2");
    assertThat(run("get", "a")).isEmpty();
  }

  @Test
  void transactions() throws Exception {
    run("put", "a", "1");
    Process txn = launch("txn");
    txn.getOutputStream()
        .write("value(\"a\") = \"1\"\n\nput b yes\nget a\n\nput b no\n\n".getBytes(UTF_8));
    txn.getOutputStream().close();
    assertThat(finish(txn)).startsWith("SUCCESS").contains("a\n1");
    assertThat(run("get", "b")).isEqualTo("b\nyes");
  }

  @Test
  void leases() throws Exception {
    String id = run("lease", "grant", "60").split(" ", -1)[1];
    run("put", "leased", "1", "--lease=" + id);
    assertThat(run("lease", "timetolive", id, "--keys"))
        .contains("granted with TTL(60s)", "leased");
    assertThat(run("lease", "list")).contains(id);
    assertThat(run("lease", "keep-alive", "--once", id)).contains("keepalived with TTL(60)");
    assertThat(run("lease", "revoke", id)).contains("revoked");
    assertThat(run("get", "leased")).isEmpty();
  }

  @Test
  void watches() throws Exception {
    run("put", "w", "1");
    Process watch = launch("watch", "w", "--rev=2", "--prev-kv");
    try (BufferedReader lines = watch.inputReader(UTF_8)) {
      assertThat(List.of(lines.readLine(), lines.readLine(), lines.readLine()))
          .containsExactly("PUT", "w", "1");
      run("del", "w");
      assertThat(List.of(lines.readLine(), lines.readLine(), lines.readLine()))
          .containsExactly("DELETE", "w", "1");
    } finally {
      watch.destroy();
    }
  }

  @Test
  void sorts() throws Exception {
    run("put", "a", "2");
    run("put", "b", "1");
    run("put", "a", "3");
    assertThat(run("get", "--prefix", "", "--sort-by=VALUE", "--print-value-only"))
        .isEqualTo("1\n3");
    assertThat(run("get", "--prefix", "", "--sort-by=MODIFY", "--order=DESCEND", "--keys-only"))
        .isEqualTo("a\n\nb");
  }

  @Test
  void locksAndElections() throws Exception {
    assertThat(run("lock", "mutex", "echo", "held")).isEqualTo("held");
    Process first = launch("elect", "chief", "ann");
    try (BufferedReader lines = first.inputReader(UTF_8)) {
      assertThat(lines.readLine()).startsWith("chief/");
      assertThat(lines.readLine()).isEqualTo("ann");
      Process observer = launch("elect", "-l", "chief");
      try (BufferedReader observed = observer.inputReader(UTF_8)) {
        assertThat(observed.readLine()).startsWith("chief/");
        assertThat(observed.readLine()).isEqualTo("ann");
      } finally {
        observer.destroy();
      }
    } finally {
      first.destroy();
    }
  }

  @Test
  void mirrors() throws Exception {
    run("put", "/m/a", "1");
    try (MvccStore mirror = InMemoryStore.open();
        EtcdServer destination =
            EtcdServer.start(
                EtcdServerOptions.of(
                    "mirror", List.of(new InetSocketAddress("127.0.0.1", 0)), List.of()),
                mirror)) {
      Process process =
          launch("make-mirror", "--prefix=/m/", "127.0.0.1:" + destination.ports().getFirst());
      try {
        await().until(() -> mirror.get(Bytes.utf8("/m/a")) != null);
        run("put", "/m/b", "2");
        await().until(() -> mirror.get(Bytes.utf8("/m/b")) != null);
        run("del", "/m/a");
        await().until(() -> mirror.get(Bytes.utf8("/m/a")) == null);
      } finally {
        process.destroy();
      }
    }
  }

  @Test
  void alarms() throws Exception {
    served.setAlarm(StoreStatus.Alarm.NO_SPACE, true);
    assertThat(run("alarm", "list")).contains("alarm:NOSPACE");
    assertThat(run("put", "a", "1")).contains("database space exceeded");
    assertThat(run("del", "a")).isEqualTo("0");
    assertThat(run("alarm", "disarm")).contains("alarm:NOSPACE");
    assertThat(run("put", "a", "1")).isEqualTo("OK");
  }

  @Test
  void compactionAndMaintenance() throws Exception {
    run("put", "a", "1");
    run("put", "a", "2");
    run("put", "a", "3");
    assertThat(run("compaction", "3")).isEqualTo("compacted revision 3");
    assertThat(run("get", "a", "--rev=2")).contains("required revision has been compacted");
    assertThat(run("endpoint", "health")).contains("is healthy");
    assertThat(run("endpoint", "status", "-w", "json")).contains("\"revision\":4");
    assertThat(run("endpoint", "hashkv")).contains("127.0.0.1");
    assertThat(run("member", "list")).contains("default", "http://127.0.0.1:2379");
    assertThat(run("defrag")).contains("Finished");
    assertThat(run("alarm", "list")).isEmpty();
    Path file = directory.resolve("snapshot.db");
    assertThat(run("snapshot", "save", file.toString())).contains("Snapshot saved");
    assertThat(Files.size(file) % 512).isEqualTo(32);
  }

  @Test
  void usersAndRoles() throws Exception {
    assertThat(run("user", "add", "root:secret")).contains("User root created");
    assertThat(run("user", "grant-role", "root", "root")).contains("Role root is granted");
    assertThat(run("auth", "enable")).contains("Authentication Enabled");
    assertThat(run("get", "a")).contains("user name is empty");
    assertThat(run("--user=root:wrong", "get", "a")).contains("authentication failed");
    String root = "--user=root:secret";
    assertThat(run(root, "put", "/app/a", "1")).isEqualTo("OK");
    run(root, "role", "add", "reader");
    run(root, "role", "grant-permission", "reader", "--prefix=true", "read", "/app/");
    run(root, "user", "add", "ann:pw");
    run(root, "user", "grant-role", "ann", "reader");
    assertThat(run(root, "role", "get", "reader")).contains("/app/");
    assertThat(run(root, "user", "list")).isEqualTo("ann\nroot");
    String ann = "--user=ann:pw";
    assertThat(run(ann, "get", "/app/a")).isEqualTo("/app/a\n1");
    assertThat(run(ann, "get", "--prefix", "/app/")).isEqualTo("/app/a\n1");
    assertThat(run(ann, "get", "--prefix", "/")).contains("permission denied");
    assertThat(run(ann, "put", "/app/a", "2")).contains("permission denied");
    assertThat(run(ann, "watch", "/other")).contains("permission denied");
    assertThat(run(ann, "user", "add", "eve:pw")).contains("permission denied");
    assertThat(run(ann, "snapshot", "save", directory.resolve("s.db").toString()))
        .contains("permission denied");
    assertThat(run(root, "user", "delete", "root")).contains("invalid auth management");
    run(root, "user", "revoke-role", "ann", "reader");
    assertThat(run(ann, "get", "/app/a")).contains("permission denied");
    assertThat(run(root, "auth", "disable")).contains("Authentication Disabled");
    assertThat(run("get", "/app/a")).isEqualTo("/app/a\n1");
  }
}
