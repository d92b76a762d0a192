package dev.javernetes.cri;

import dev.javernetes.cri.v1.ImageServiceGrpc;
import dev.javernetes.cri.v1.RuntimeServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A gRPC channel to a container runtime, ours or another, over its unix socket.
 *
 * <pre>{@code
 * try (var channel = CriChannel.open(CriEndpoint.parse("unix:///run/j8s/runtime.sock"), Thread::startVirtualThread)) {
 *   channel.runtime().version(VersionRequest.getDefaultInstance());
 * }
 * }</pre>
 *
 * The connection is made on first use and made again when the runtime restarts; calls made
 * meanwhile fail with UNAVAILABLE. Set a deadline per call ({@code
 * channel.runtime().withDeadlineAfter(…)}): there is none here.
 */
public final class CriChannel implements AutoCloseable {
  /** As upstream's kubelet: a list of some thousand containers passes, a runaway does not. */
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final EventLoopGroup eventLoop;
  private final ManagedChannel channel;

  private CriChannel(EventLoopGroup eventLoop, ManagedChannel channel) {
    this.eventLoop = eventLoop;
    this.channel = channel;
  }

  /** {@code callbacks} runs the observers of asynchronous calls; blocking calls do not use it. */
  public static CriChannel open(CriEndpoint endpoint, Executor callbacks) {
    var eventLoop =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().daemon().name("cri-client-", 0).factory(),
            EpollIoHandler.newFactory());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(endpoint.socket().toFile()))
            .eventLoopGroup(eventLoop)
            .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
            .executor(callbacks)
            // Go servers refuse a socket path as :authority.
            .overrideAuthority("localhost")
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .usePlaintext()
            .build();
    return new CriChannel(eventLoop, channel);
  }

  public ManagedChannel channel() {
    return channel;
  }

  public RuntimeServiceGrpc.RuntimeServiceBlockingStub runtime() {
    return RuntimeServiceGrpc.newBlockingStub(channel);
  }

  public ImageServiceGrpc.ImageServiceBlockingStub images() {
    return ImageServiceGrpc.newBlockingStub(channel);
  }

  /** For streams that outlive a call, such as GetContainerEvents. */
  public RuntimeServiceGrpc.RuntimeServiceStub asyncRuntime() {
    return RuntimeServiceGrpc.newStub(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
