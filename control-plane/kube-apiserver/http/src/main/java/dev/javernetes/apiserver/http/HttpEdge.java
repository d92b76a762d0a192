package dev.javernetes.apiserver.http;

import dev.javernetes.apiserver.ApiServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Listens, and carries each request to the API server on a virtual thread of its own.
 *
 * <pre>
 * socket ► TLS ► ALPN ┬ http/1.1 ────────────────► RequestHandler ► ApiServer.handle ► ResponseWriter ► socket
 *                     └ h2 ► one channel a stream ─┘    (event loop)     (virtual thread)   (event loop)
 * </pre>
 *
 * <p>Event loops only move bytes; nothing on them blocks. A watch is written from the event loop as
 * fast as its reader takes it.
 */
public final class HttpEdge implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final int WRITE_BUFFER_LOW_BYTES = 64 << 10;
  private static final int WRITE_BUFFER_HIGH_BYTES = 256 << 10;

  private final EventLoopGroup loops;
  private final Channel listener;
  private final ChannelGroup connections;
  private final RequestsUnderWay underWay;
  private final EdgeSettings settings;

  private HttpEdge(
      EventLoopGroup loops,
      Channel listener,
      ChannelGroup connections,
      RequestsUnderWay underWay,
      EdgeSettings settings) {
    this.loops = loops;
    this.listener = listener;
    this.connections = connections;
    this.underWay = underWay;
    this.settings = settings;
  }

  /** Throws {@link java.net.BindException} if the port is taken. */
  public static HttpEdge start(EdgeSettings settings, ApiServer server) throws IOException {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    Class<? extends ServerChannel> type =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), io);
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    RequestsUnderWay underWay = new RequestsUnderWay();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(WRITE_BUFFER_LOW_BYTES, WRITE_BUFFER_HIGH_BYTES))
            .childHandler(new Connections(settings, server, connections, underWay))
            .bind(settings.address(), settings.port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      Throwable cause = bound.cause();
      throw cause instanceof IOException io2 ? bindProblem(settings, io2) : new IOException(cause);
    }
    return new HttpEdge(loops, bound.channel(), connections, underWay, settings);
  }

  private static IOException bindProblem(EdgeSettings settings, IOException cause) {
    java.net.BindException problem =
        new java.net.BindException(
            "cannot listen on "
                + settings.address().getHostAddress()
                + ":"
                + settings.port()
                + ": "
                + cause.getMessage());
    problem.initCause(cause);
    return problem;
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /**
   * Takes no more connections, lets requests under way end (for as long as the settings say), then
   * closes all.
   */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    underWay.drain(settings.drainTimeout());
    connections.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
