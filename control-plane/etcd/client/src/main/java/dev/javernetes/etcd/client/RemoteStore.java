package dev.javernetes.etcd.client;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Lease;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreStatus;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import dev.javernetes.etcd.mvcc.WatchHandle;
import dev.javernetes.etcd.mvcc.WatchListener;
import dev.javernetes.etcd.mvcc.WatchRequest;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.KVGrpc;
import dev.javernetes.etcd.protocol.KeyMessages;
import dev.javernetes.etcd.protocol.LeaseGrpc;
import dev.javernetes.etcd.protocol.MaintenanceGrpc;
import dev.javernetes.etcd.protocol.StoreErrors;
import dev.javernetes.etcd.protocol.StoreMessages;
import dev.javernetes.etcd.protocol.TlsFiles;
import dev.javernetes.etcd.protocol.WatchGrpc;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A store over an etcd cluster. Requests go round the members; a member that is gone is left out
 * until it is back.
 *
 * <p>{@code
 * RemoteStore.connect(RemoteStoreOptions.of("https://10.0.0.1:2379,https://10.0.0.2:2379").withTls(files))}
 */
public final class RemoteStore implements Store {
  private static final int MAX_RESPONSE_BYTES = Integer.MAX_VALUE;

  static {
    NameResolverRegistry.getDefaultRegistry().register(new EndpointResolver());
  }

  private final ManagedChannel channel;
  private final MultiThreadIoEventLoopGroup eventLoops;
  private final ExecutorService executor;
  private final RemoteCalls calls;
  private final Set<RemoteWatch> watches = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private RemoteStore(
      ManagedChannel channel,
      MultiThreadIoEventLoopGroup eventLoops,
      ExecutorService executor,
      RemoteCalls calls) {
    this.channel = channel;
    this.eventLoops = eventLoops;
    this.executor = executor;
    this.calls = calls;
  }

  /** Returns at once; the first request connects. */
  public static RemoteStore connect(RemoteStoreOptions options) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(EndpointResolver.target(options.endpoints()));
    if (options.secure()) {
      TlsFiles tls = options.tls();
      try {
        builder.sslContext((tls == null ? new TlsFiles(null, null, null, false) : tls).client());
      } catch (SSLException e) {
        throw new StoreException(
            StoreException.Reason.INVALID,
            "etcd certificates cannot be used: " + e.getMessage(),
            e);
      }
    } else {
      builder.usePlaintext();
    }
    MultiThreadIoEventLoopGroup eventLoops =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().daemon().name("etcd-client-", 0).factory(),
            NioIoHandler.newFactory());
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("etcd-client-", 0).factory());
    ManagedChannel channel =
        builder
            .eventLoopGroup(eventLoops)
            .channelType(NioSocketChannel.class)
            .executor(executor)
            .offloadExecutor(executor)
            .defaultLoadBalancingPolicy("round_robin")
            .disableServiceConfigLookUp()
            .maxInboundMessageSize(MAX_RESPONSE_BYTES)
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(5, TimeUnit.SECONDS)
            .keepAliveWithoutCalls(true)
            .build();
    return new RemoteStore(
        channel,
        eventLoops,
        executor,
        new RemoteCalls(channel, options.requestTimeout(), System::nanoTime));
  }

  private void requireOpen() {
    if (closed) {
      throw RemoteCalls.closed();
    }
  }

  // ---- keys

  @Override
  public RangeResult range(RangeRequest request) {
    requireOpen();
    // On the wire an empty end would mean a single key.
    if (Bytes.EMPTY.equals(request.range().end())) {
      return new RangeResult(List.of(), 0, false, revision());
    }
    EtcdRpc.RangeRequest wire = StoreMessages.wireRange(request);
    return StoreMessages.rangeResult(calls.read(KVGrpc::newBlockingStub, stub -> stub.range(wire)));
  }

  @Override
  public TxnResult txn(Txn txn) {
    requireOpen();
    EtcdRpc.TxnRequest wire = StoreMessages.wireTxn(txn);
    return StoreMessages.txnResult(calls.write(KVGrpc::newBlockingStub, stub -> stub.txn(wire)));
  }

  @Override
  public long revision() {
    requireOpen();
    EtcdRpc.RangeRequest anything =
        EtcdRpc.RangeRequest.newBuilder()
            .setKey(KeyMessages.wire(Bytes.utf8("compact_rev_key")))
            .setCountOnly(true)
            .build();
    return calls
        .read(KVGrpc::newBlockingStub, stub -> stub.range(anything))
        .getHeader()
        .getRevision();
  }

  /** No request of etcd asks for it; but a watch from the first revision is told. */
  @Override
  public long compactRevision() {
    requireOpen();
    CompletableFuture<Long> found = new CompletableFuture<>();
    WatchRequest request = WatchRequest.of(KeyRange.single(Bytes.utf8("\0"))).withStartRevision(1);
    WatchListener listener =
        new WatchListener() {
          @Override
          public void onEvents(List<Event> events, long revision) {
            found.complete(0L);
          }

          @Override
          public void onProgress(long revision) {
            found.complete(0L);
          }

          @Override
          public void onCancel(StoreException reason) {
            found.complete(reason.compactRevision());
          }
        };
    try (WatchHandle watch = watch(request, listener)) {
      watch.requestProgress();
      return found.get(calls.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Reason.UNAVAILABLE, "interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new StoreException(
          StoreException.Reason.TIMEOUT, "etcd did not say its compacted revision", e);
    }
  }

  @Override
  public void compact(long revision) {
    requireOpen();
    EtcdRpc.CompactionRequest wire =
        EtcdRpc.CompactionRequest.newBuilder().setRevision(revision).build();
    calls.write(KVGrpc::newBlockingStub, stub -> stub.compact(wire));
  }

  // ---- watches

  @Override
  public WatchHandle watch(WatchRequest request, WatchListener listener) {
    requireOpen();
    if (request.range().isEmpty()) {
      throw new StoreException(StoreException.Reason.INVALID, "the watched range is empty");
    }
    RemoteWatch watch =
        new RemoteWatch(WatchGrpc.newStub(channel), request, listener, executor, watches::remove);
    watches.add(watch);
    watch.start(calls.timeout());
    return watch;
  }

  // ---- leases

  @Override
  public Lease grantLease(long id, long ttlSeconds) {
    requireOpen();
    EtcdRpc.LeaseGrantRequest wire =
        EtcdRpc.LeaseGrantRequest.newBuilder().setID(id).setTTL(Math.max(1, ttlSeconds)).build();
    EtcdRpc.LeaseGrantResponse granted =
        calls.write(LeaseGrpc::newBlockingStub, stub -> stub.leaseGrant(wire));
    return new Lease(granted.getID(), granted.getTTL(), granted.getTTL(), List.of());
  }

  @Override
  public long revokeLease(long id) {
    requireOpen();
    EtcdRpc.LeaseRevokeRequest wire = EtcdRpc.LeaseRevokeRequest.newBuilder().setID(id).build();
    return calls
        .write(LeaseGrpc::newBlockingStub, stub -> stub.leaseRevoke(wire))
        .getHeader()
        .getRevision();
  }

  @Override
  public long keepLeaseAlive(long id) {
    requireOpen();
    CompletableFuture<Long> ttl = new CompletableFuture<>();
    StreamObserver<EtcdRpc.LeaseKeepAliveRequest> requests =
        LeaseGrpc.newStub(channel)
            .withWaitForReady()
            .withDeadlineAfter(calls.timeout().toNanos(), TimeUnit.NANOSECONDS)
            .leaseKeepAlive(
                new StreamObserver<>() {
                  @Override
                  public void onNext(EtcdRpc.LeaseKeepAliveResponse response) {
                    ttl.complete(response.getTTL());
                  }

                  @Override
                  public void onError(Throwable failure) {
                    ttl.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    ttl.complete(0L);
                  }
                });
    requests.onNext(EtcdRpc.LeaseKeepAliveRequest.newBuilder().setID(id).build());
    requests.onCompleted();
    try {
      long seconds = ttl.get();
      if (seconds <= 0) {
        throw new StoreException(
            StoreException.Reason.LEASE_NOT_FOUND, "requested lease not found: " + id);
      }
      return seconds;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Reason.UNAVAILABLE, "interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StatusRuntimeException status
          ? StoreErrors.fromWire(status)
          : new StoreException(StoreException.Reason.UNAVAILABLE, "keeping alive failed", e);
    }
  }

  @Override
  public @Nullable Lease lease(long id, boolean withKeys) {
    requireOpen();
    EtcdRpc.LeaseTimeToLiveRequest wire =
        EtcdRpc.LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(withKeys).build();
    EtcdRpc.LeaseTimeToLiveResponse found =
        calls.read(LeaseGrpc::newBlockingStub, stub -> stub.leaseTimeToLive(wire));
    return found.getTTL() < 0
        ? null
        : new Lease(
            id,
            found.getGrantedTTL(),
            found.getTTL(),
            found.getKeysList().stream().map(KeyMessages::bytes).sorted().toList());
  }

  @Override
  public List<Long> leases() {
    requireOpen();
    return calls
        .read(
            LeaseGrpc::newBlockingStub,
            stub -> stub.leaseLeases(EtcdRpc.LeaseLeasesRequest.getDefaultInstance()))
        .getLeasesList()
        .stream()
        .map(EtcdRpc.LeaseStatus::getID)
        .sorted()
        .toList();
  }

  // ---- maintenance

  @Override
  public StoreStatus status() {
    requireOpen();
    EtcdRpc.StatusResponse status =
        calls.read(
            MaintenanceGrpc::newBlockingStub,
            stub -> stub.status(EtcdRpc.StatusRequest.getDefaultInstance()));
    Set<StoreStatus.Alarm> alarms = EnumSet.noneOf(StoreStatus.Alarm.class);
    for (String error : status.getErrorsList()) {
      if (error.contains("NOSPACE")) {
        alarms.add(StoreStatus.Alarm.NO_SPACE);
      } else if (error.contains("CORRUPT")) {
        alarms.add(StoreStatus.Alarm.CORRUPT);
      }
    }
    long keys = range(RangeRequest.of(KeyRange.all()).withCountOnly()).count();
    return new StoreStatus(
        status.getVersion(),
        status.getHeader().getRevision(),
        compactRevision(),
        keys,
        watches.size(),
        leases().size(),
        status.getDbSize(),
        status.getDbSizeInUse(),
        status.getDbSizeQuota(),
        alarms);
  }

  @Override
  public void snapshot(OutputStream out) throws IOException {
    requireOpen();
    try {
      Iterator<EtcdRpc.SnapshotResponse> chunks =
          MaintenanceGrpc.newBlockingStub(channel)
              .withWaitForReady()
              .snapshot(EtcdRpc.SnapshotRequest.getDefaultInstance());
      while (chunks.hasNext()) {
        chunks.next().getBlob().writeTo(out);
      }
    } catch (StatusRuntimeException e) {
      throw StoreErrors.fromWire(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(watch -> watch.cancel(RemoteCalls.closed()));
    channel.shutdownNow();
    eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    executor.shutdown();
  }
}
