package dev.javernetes.launch.bench;

import com.google.protobuf.ByteString;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.KVGrpc;
import dev.javernetes.etcd.protocol.TlsFiles;
import dev.javernetes.etcd.protocol.WatchGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Any etcd, asked by a client that costs little: a "client" is a chain of requests, each sent from
 * the answer before on the connection's own thread; at most eight connections carry all chains.
 */
public final class EtcdTarget implements AutoCloseable {
  private static final int MAX_CONNECTIONS = 8;
  private static final int MAX_ANSWER_BYTES = 256 << 20;
  private static final int WARM_UP_CLIENTS = 20;
  private static final int WARM_UP_SECONDS = 3;

  private final MultiThreadIoEventLoopGroup eventLoop =
      new MultiThreadIoEventLoopGroup(
          1, Thread.ofPlatform().daemon().name("bench-", 0).factory(), NioIoHandler.newFactory());
  private final List<ManagedChannel> channels = new ArrayList<>();

  public EtcdTarget(URI endpoint, @Nullable TlsFiles tls) {
    for (int i = 0; i < MAX_CONNECTIONS; i++) {
      NettyChannelBuilder builder =
          NettyChannelBuilder.forAddress(endpoint.getHost(), endpoint.getPort())
              .eventLoopGroup(eventLoop)
              .channelType(NioSocketChannel.class)
              .directExecutor()
              .maxInboundMessageSize(MAX_ANSWER_BYTES);
      try {
        channels.add(
            (tls == null ? builder.usePlaintext() : builder.sslContext(tls.client())).build());
      } catch (SSLException e) {
        throw new BenchException("the certificates cannot be used: " + e.getMessage());
      }
    }
  }

  KVGrpc.KVStub kv(int client) {
    return KVGrpc.newStub(channels.get(client % MAX_CONNECTIONS)).withWaitForReady();
  }

  KVGrpc.KVBlockingStub blocking() {
    return KVGrpc.newBlockingStub(channels.getFirst()).withWaitForReady();
  }

  /** A stream for watches. */
  StreamObserver<EtcdRpc.WatchRequest> watch(
      int client, StreamObserver<EtcdRpc.WatchResponse> answers) {
    return WatchGrpc.newStub(channels.get(client % MAX_CONNECTIONS))
        .withWaitForReady()
        .watch(answers);
  }

  static EtcdRpc.PutRequest put(String key, ByteString value) {
    return EtcdRpc.PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(value)
        .build();
  }

  static EtcdRpc.RangeRequest get(String key) {
    return EtcdRpc.RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
  }

  /** Sends one request; the answer goes to the observer. */
  interface Call<Q, A> {
    void send(KVGrpc.KVStub stub, Q request, StreamObserver<A> answer);
  }

  /** Puts per second by so many clients that each write keys of their own. */
  double puts(int clients, long seconds, String keys, ByteString value) {
    return rate(
        clients,
        seconds,
        client -> n -> put("/registry/" + keys + "/ns-" + client + "/object-" + n, value),
        KVGrpc.KVStub::put);
  }

  /** Lets both sides compile what they run, so that the first measurement is not about that. */
  public void warmUp() {
    double unused =
        puts(WARM_UP_CLIENTS, WARM_UP_SECONDS, "bench-warm-up", ByteString.copyFrom(new byte[100]));
  }

  /** Linearizable reads per second of keys that exist. */
  double gets(int clients, long seconds, String keys, int count) {
    return rate(
        clients,
        seconds,
        client -> n -> get("/registry/" + keys + "/" + (n + client) % count),
        KVGrpc.KVStub::range);
  }

  private <Q, A> double rate(
      int clients, long seconds, LongFunction<LongFunction<Q>> requests, Call<Q, A> call) {
    long begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(seconds);
    AtomicLong done = new AtomicLong();
    CountDownLatch left = new CountDownLatch(clients);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    for (int i = 0; i < clients; i++) {
      new Chain<>(kv(i), requests.apply(i), call, end, done, left, failure).next();
    }
    try {
      left.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Throwable failed = failure.get();
    if (failed != null) {
      throw new BenchException("a request failed: " + failed);
    }
    return done.get() * 1e9 / (System.nanoTime() - begin);
  }

  private record Chain<Q, A>(
      KVGrpc.KVStub stub,
      LongFunction<Q> requests,
      Call<Q, A> call,
      long end,
      AtomicLong done,
      CountDownLatch left,
      AtomicReference<@Nullable Throwable> failure,
      AtomicLong sent)
      implements StreamObserver<A> {

    Chain(
        KVGrpc.KVStub stub,
        LongFunction<Q> requests,
        Call<Q, A> call,
        long end,
        AtomicLong done,
        CountDownLatch left,
        AtomicReference<@Nullable Throwable> failure) {
      this(stub, requests, call, end, done, left, failure, new AtomicLong());
    }

    void next() {
      call.send(stub, requests.apply(sent.getAndIncrement()), this);
    }

    @Override
    public void onNext(A answer) {
      done.incrementAndGet();
    }

    @Override
    public void onError(Throwable error) {
      failure.compareAndSet(null, error);
      left.countDown();
    }

    @Override
    public void onCompleted() {
      if (System.nanoTime() < end) {
        next();
      } else {
        left.countDown();
      }
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
