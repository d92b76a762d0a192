package dev.javernetes.kubelet.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/1.1 over TLS on one event loop; each request runs on a virtual thread of its own.
 *
 * <p>HTTP/1.1 alone, because exec and port-forward take the connection over. At most {@link
 * #MAX_CALLS} requests at once; more are refused by closing the connection.
 */
public final class KubeletServer implements AutoCloseable {
  static final String HANDLER = "calls";
  private static final int MAX_CALLS = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(KubeletServer.class);

  private final @Nullable EventLoopGroup loop;
  private final int port;

  private KubeletServer(@Nullable EventLoopGroup loop, int port) {
    this.loop = loop;
    this.port = port;
  }

  /** A kubelet that serves nothing. */
  public static KubeletServer none() {
    return new KubeletServer(null, -1);
  }

  public static KubeletServer start(String address, int port, SslContext tls, Routes routes)
      throws IOException {
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().daemon().name("kubelet-http-", 0).factory(),
            NioIoHandler.newFactory());
    AtomicInteger calls = new AtomicInteger();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    channel.pipeline().addLast(new HttpServerCodec(4096, 64 << 10, 64 << 10));
                    channel.pipeline().addLast(HANDLER, new Calls(routes, calls));
                  }
                });
    try {
      Channel channel = bootstrap.bind(address, port).syncUninterruptibly().channel();
      int bound = ((InetSocketAddress) channel.localAddress()).getPort();
      return new KubeletServer(loop, bound);
    } catch (RuntimeException problem) {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw problem;
    } catch (Exception problem) { // syncUninterruptibly throws what bind threw, undeclared
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new IOException(
          "kubelet cannot listen on %s:%d: %s".formatted(address, port, problem.getMessage()),
          problem);
    }
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    if (loop != null) {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  /** Turns heads into {@link Call}s; bodies are not read, no route has one. */
  private static final class Calls extends ChannelInboundHandlerAdapter {
    private final Routes routes;
    private final AtomicInteger count;

    Calls(Routes routes, AtomicInteger count) {
      this.routes = routes;
      this.count = count;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.read();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.fireChannelReadComplete();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      try {
        if (message instanceof HttpRequest request) {
          begin(context, request);
        } else if (!(message instanceof LastHttpContent)) {
          context.read(); // a body that nobody asked for
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
      LOG.debug("connection from {}: {}", context.channel().remoteAddress(), problem.toString());
      context.close();
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
      if (request.decoderResult().isFailure() || count.incrementAndGet() > MAX_CALLS) {
        context.close();
        return;
      }
      Channel channel = context.channel();
      Call call = new Call(channel, request, HttpUtil.isKeepAlive(request));
      SslHandler tls = context.pipeline().get(SslHandler.class);
      Thread.ofVirtual()
          .name("kubelet-call")
          .start(() -> {
            boolean takenOver = false;
            try {
              takenOver = routes.serve(call, ClientCertificate.of(tls));
            } catch (IOException problem) {
              LOG.debug("{} {}: {}", call.method(), call.path(), problem.toString());
              channel.close();
            } finally {
              count.decrementAndGet();
              if (!takenOver && channel.isActive()) {
                channel.read(); // the next request of this connection
              }
            }
          });
    }
  }
}
