package dev.javernetes.etcd.server;

import dev.javernetes.etcd.protocol.TlsFiles;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a member serves.
 *
 * @param name the member's name
 * @param listenAddresses where clients connect
 * @param advertisedUrls what {@code member list} says, such as {@code https://10.0.0.1:2379}
 * @param tls null to serve in the clear
 * @param maxTxnOps most steps in one branch of a transaction
 * @param maxRequestBytes largest request message
 * @param httpAddresses where plain HTTP is served
 */
public record EtcdServerOptions(
    String name,
    List<InetSocketAddress> listenAddresses,
    List<String> advertisedUrls,
    @Nullable TlsFiles tls,
    int maxTxnOps,
    int maxRequestBytes,
    List<InetSocketAddress> httpAddresses) {
  private static final int DEFAULT_MAX_TXN_OPS = 128;
  private static final int DEFAULT_MAX_REQUEST_BYTES = 3 << 19;

  public EtcdServerOptions {
    listenAddresses = List.copyOf(listenAddresses);
    advertisedUrls = List.copyOf(advertisedUrls);
    httpAddresses = List.copyOf(httpAddresses);
    if (listenAddresses.isEmpty()) {
      throw new IllegalArgumentException("no address to listen on");
    }
  }

  /** etcd's default limits. */
  public static EtcdServerOptions of(
      String name, List<InetSocketAddress> listenAddresses, List<String> advertisedUrls) {
    return new EtcdServerOptions(
        name,
        listenAddresses,
        advertisedUrls,
        null,
        DEFAULT_MAX_TXN_OPS,
        DEFAULT_MAX_REQUEST_BYTES,
        List.of());
  }

  public EtcdServerOptions withTls(@Nullable TlsFiles value) {
    return new EtcdServerOptions(
        name, listenAddresses, advertisedUrls, value, maxTxnOps, maxRequestBytes, httpAddresses);
  }

  public EtcdServerOptions withLimits(int txnOps, int requestBytes) {
    return new EtcdServerOptions(
        name, listenAddresses, advertisedUrls, tls, txnOps, requestBytes, httpAddresses);
  }

  /** Where health, metrics and the JSON gateway are served in plain HTTP; nowhere by default. */
  public EtcdServerOptions withHttpAddresses(List<InetSocketAddress> value) {
    return new EtcdServerOptions(
        name, listenAddresses, advertisedUrls, tls, maxTxnOps, maxRequestBytes, value);
  }
}
