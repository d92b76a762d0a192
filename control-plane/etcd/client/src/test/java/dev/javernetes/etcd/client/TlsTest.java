package dev.javernetes.etcd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.protocol.TlsFiles;
import dev.javernetes.etcd.server.EtcdServer;
import dev.javernetes.etcd.server.EtcdServerOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with client certificates, between our client and our server. */
class TlsTest {
  @TempDir Path directory;

  @Test
  void onlyClientsWithACertificateAreServed() throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    EtcdServerOptions options =
        EtcdServerOptions.of("tls", List.of(new InetSocketAddress("127.0.0.1", 0)), List.of())
            .withTls(authority.issue("server"));
    try (MvccStore served = InMemoryStore.open();
        EtcdServer server = EtcdServer.start(options, served)) {
      String url = "https://127.0.0.1:" + server.ports().getFirst();
      try (RemoteStore store = connect(url, authority.issue("client"))) {
        store.put(Bytes.utf8("a"), Bytes.utf8("1"));
        assertThat(served.get(Bytes.utf8("a"))).isEqualTo(store.get(Bytes.utf8("a")));
      }
      try (RemoteStore store = connect(url, authority.withoutCertificate())) {
        assertThatThrownBy(() -> store.get(Bytes.utf8("a"))).isInstanceOf(StoreException.class);
      }
    }
  }

  private static RemoteStore connect(String url, TlsFiles tls) {
    return RemoteStore.connect(
        RemoteStoreOptions.of(url).withTls(tls).withRequestTimeout(Duration.ofSeconds(3)));
  }
}
