package dev.javernetes.kubelet.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Joins a client's connection to the runtime's streaming server, byte for byte: the runtime answers
 * the upgrade itself, whatever protocol it is (SPDY, WebSocket). Each side is read only as fast as
 * the other takes it.
 */
final class Splice {
  private static final int CONNECT_MILLIS = 10_000;

  private Splice() {}

  /** Sends the call's head to {@code target} and joins the two; returns when they are joined. */
  static void to(URI target, Call call) throws IOException {
    if (!"http".equals(target.getScheme())) {
      throw new IOException("streaming over " + target.getScheme() + " is not supported");
    }
    Channel client = call.channel();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(client.eventLoop())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Forward(client));
                  }
                });
    var connecting = bootstrap.connect(target.getHost(), target.getPort());
    try {
      connecting.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
    if (!connecting.isSuccess()) {
      throw new IOException("the runtime's streaming server does not answer", connecting.cause());
    }
    Channel backend = connecting.channel();
    byte[] head = head(target, call);
    client
        .eventLoop()
        .execute(() -> {
          client.pipeline().addLast(new Forward(backend));
          client.pipeline().remove(KubeletServer.HANDLER);
          client.pipeline().remove(HttpServerCodec.class);
          backend
              .writeAndFlush(Unpooled.wrappedBuffer(head))
              .addListener(written -> {
                if (written.isSuccess()) {
                  backend.read();
                  client.read();
                } else {
                  client.close();
                  backend.close();
                }
              });
        });
  }

  private static byte[] head(URI target, Call call) {
    StringBuilder head = new StringBuilder();
    String query = target.getRawQuery();
    head.append(call.method())
        .append(' ')
        .append(target.getRawPath())
        .append(query == null ? "" : "?" + query)
        .append(" HTTP/1.1\r\nHost: ")
        .append(target.getAuthority())
        .append("\r\n");
    for (Map.Entry<String, String> header : call.request().headers()) {
      boolean ours =
          header.getKey().equalsIgnoreCase(HttpHeaderNames.HOST.toString())
              || header.getKey().equalsIgnoreCase(HttpHeaderNames.AUTHORIZATION.toString());
      if (!ours) {
        head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
      }
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Passes bytes on, and reads more when they are written. */
  private static final class Forward extends ChannelInboundHandlerAdapter {
    private final Channel other;

    Forward(Channel other) {
      this.other = other;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (!(message instanceof ByteBuf)) {
        io.netty.util.ReferenceCountUtil.release(message); // the end of the request's head
        return;
      }
      other
          .writeAndFlush(message)
          .addListener(written -> {
            if (written.isSuccess()) {
              context.channel().read();
            } else {
              context.channel().close();
            }
          });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (other.isActive()) {
        other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
      context.close();
    }
  }
}
