package dev.javernetes.apiserver.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/2 connection that has been silent is pinged; one that does not answer is closed. A quiet
 * watch keeps its connection so.
 */
final class IdleConnections extends IdleStateHandler {
  private static final long PING = 0x6a3873; // "j8s"
  private boolean pinged;

  IdleConnections(Duration timeout) {
    super(timeout.toSeconds() / 2, 0, 0, TimeUnit.SECONDS);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    if (pinged) {
      context.close();
    } else {
      pinged = true;
      context.writeAndFlush(new DefaultHttp2PingFrame(PING));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    pinged = false;
    if (message instanceof Http2PingFrame) {
      io.netty.util.ReferenceCountUtil.release(message);
    } else {
      super.channelRead(context, message);
    }
  }
}
