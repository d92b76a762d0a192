package dev.javernetes.runtime.streaming;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The server that a kubelet sends clients to for exec, attach and port-forward, on a loopback
 * address.
 *
 * <p>CRI's Exec puts the request down here under a random token and answers {@code
 * http://127.0.0.1:40123/exec/4be1…}; whoever comes with the token within a minute, once, gets the
 * stream. The token is all the authentication there is, as in other runtimes: it leaves this
 * process only over the CRI socket.
 */
public final class StreamingServer implements AutoCloseable {
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(1);
  private static final int MAX_WAITING = 10_000;
  private static final int MAX_REQUEST = 64 << 10;
  private static final int TOKEN_BYTES = 16;

  private record Waiting(Session session, Instant until) {}

  private final EventLoopGroup eventLoop;
  private final Channel channel;
  private final Clock clock;
  private final RandomGenerator random;
  private final ConcurrentHashMap<String, Waiting> waiting = new ConcurrentHashMap<>();

  private StreamingServer(Targets targets, Clock clock, RandomGenerator random) throws IOException {
    this.clock = clock;
    this.random = random;
    this.eventLoop =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().daemon().name("streaming-", 0).factory(),
            EpollIoHandler.newFactory());
    Runs runs = new Runs(targets);
    try {
      this.channel =
          new ServerBootstrap()
              .group(eventLoop)
              .channel(EpollServerSocketChannel.class)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel child) {
                      child
                          .pipeline()
                          .addLast("http", new HttpServerCodec())
                          .addLast("whole", new HttpObjectAggregator(MAX_REQUEST))
                          .addLast("upgrade", new UpgradeHandler(StreamingServer.this::take, runs));
                    }
                  })
              .bind(new InetSocketAddress("127.0.0.1", 0))
              .sync()
              .channel();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted");
    }
  }

  public static StreamingServer start(Targets targets, Clock clock, RandomGenerator random)
      throws IOException {
    return new StreamingServer(targets, clock, random);
  }

  /** The URL to send a client to. */
  public String urlFor(Session session) {
    Instant now = clock.instant();
    waiting.values().removeIf(entry -> entry.until.isBefore(now));
    if (waiting.size() >= MAX_WAITING) {
      throw dev.javernetes.runtime.failure.RuntimeFailure.notReady(
          "too many streaming requests are waiting for their client");
    }
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = HexFormat.of().formatHex(bytes);
    waiting.put(token, new Waiting(session, now.plus(TOKEN_LIFE)));
    String kind =
        switch (session) {
          case Session.Exec exec -> "exec";
          case Session.Attach attach -> "attach";
          case Session.Forward forward -> "portforward";
        };
    int port = ((InetSocketAddress) channel.localAddress()).getPort();
    return "http://127.0.0.1:%d/%s/%s".formatted(port, kind, token);
  }

  private Optional<Session> take(String token) {
    Waiting entry = waiting.remove(token);
    return entry == null || entry.until.isBefore(clock.instant())
        ? Optional.empty()
        : Optional.of(entry.session);
  }

  @Override
  public void close() {
    channel.close();
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
