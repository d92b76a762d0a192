package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Maintenance;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.protocol.KVGrpc;
import dev.javernetes.etcd.protocol.TlsFiles;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A running etcd server over a store. Closing it ends the connections, not the store.
 *
 * <p>{@code EtcdServer.start(EtcdServerOptions.of("default", List.of(new
 * InetSocketAddress("127.0.0.1", 2379)), urls), store)}, then {@code etcdctl get --prefix
 * /registry}.
 */
public final class EtcdServer implements AutoCloseable {
  private static final int REQUEST_OVERHEAD_BYTES = 512 << 10;
  private static final int WATCH_RESPONSE_BYTES = 1 << 20;
  private static final long GRACE_SECONDS = 2;

  private final Server server;
  private final List<EtcdHttp> http;
  private final ServerThreads threads;

  private EtcdServer(Server server, List<EtcdHttp> http, ServerThreads threads) {
    this.server = server;
    this.http = http;
    this.threads = threads;
  }

  /** Starts serving; returns when the ports are open. */
  public static EtcdServer start(EtcdServerOptions options, Store store) throws IOException {
    Member member = Member.of(store, options.name(), options.advertisedUrls());
    SecureRandom random = new SecureRandom();
    AuthStore auth = new AuthStore(store instanceof Maintenance kept ? kept : null);
    Tokens tokens = new Tokens(random, System::nanoTime);
    Access access = new Access(auth, tokens);
    ServerThreads threads = new ServerThreads();
    List<ServerServiceDefinition> services =
        Stream.<BindableService>of(
                new KvService(store, member, options.maxTxnOps(), access, threads),
                new WatchService(store, member, WATCH_RESPONSE_BYTES, access),
                new LeaseService(store, member, access),
                new ClusterService(store, member, access),
                new MaintenanceService(store, member, access),
                new AuthService(store, member, auth, tokens, new Passwords(random), access),
                new LockService(store, member, access),
                new ElectionService(store, member, access),
                new HealthService(store))
            .map(service -> ServerInterceptors.intercept(service, access))
            .toList();
    List<EtcdHttp> http = new ArrayList<>();
    try {
      JsonGateway gateway = new JsonGateway(services);
      for (InetSocketAddress address : options.httpAddresses()) {
        http.add(EtcdHttp.start(address, store, gateway));
      }
      Server server = transport(options, threads).addServices(services).build().start();
      return new EtcdServer(server, http, threads);
    } catch (IOException | RuntimeException e) {
      http.forEach(EtcdHttp::close);
      threads.close();
      throw e;
    }
  }

  private static NettyServerBuilder transport(EtcdServerOptions options, ServerThreads threads)
      throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(options.listenAddresses().getFirst());
    for (InetSocketAddress more : options.listenAddresses().stream().skip(1).toList()) {
      builder.addListenAddress(more);
    }
    TlsFiles tls = options.tls();
    if (tls != null) {
      builder.sslContext(tls.server());
    }
    return builder
        .bossEventLoopGroup(threads.eventLoops())
        .workerEventLoopGroup(threads.eventLoops())
        .channelType(NioServerSocketChannel.class)
        // Key requests stay on the network thread, the others leave it.
        .directExecutor()
        .callExecutor(
            new ServerCallExecutorSupplier() {
              @Override
              public <Q, A> @Nullable Executor getExecutor(
                  ServerCall<Q, A> call, Metadata headers) {
                boolean stays =
                    KVGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName());
                return stays ? null : threads.calls();
              }
            })
        .maxInboundMessageSize(options.maxRequestBytes() + REQUEST_OVERHEAD_BYTES)
        .permitKeepAliveWithoutCalls(true)
        .permitKeepAliveTime(1, TimeUnit.SECONDS);
  }

  /** The ports of plain HTTP, in the order of the HTTP addresses. */
  public List<Integer> httpPorts() {
    return http.stream().map(EtcdHttp::port).toList();
  }

  /**
   * The ports that are open, in the order of the listen addresses (of use when 0 was asked for).
   */
  public List<Integer> ports() {
    return server.getListenSockets().stream()
        .map(address -> ((InetSocketAddress) address).getPort())
        .toList();
  }

  @Override
  public void close() {
    http.forEach(EtcdHttp::close);
    server.shutdown();
    try {
      if (!server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    threads.close();
  }
}
