package dev.javernetes.apiserver.http;

import dev.javernetes.apiserver.request.RawConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After 101 Switching Protocols the connection is no longer ours to understand: bytes go to and fro
 * between it and the other end until one of them closes. Reading waits for what was read to be
 * delivered, so that neither side is flooded.
 */
final class RawBridge extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(RawBridge.class);
  private static final int CHUNK_BYTES = 32 << 10;
  private static final byte[] END = {};

  private final RawConnection peer;

  /** Holds one read's worth: the next read is asked for when it is empty. */
  private final BlockingQueue<byte[]> toPeer = new LinkedBlockingQueue<>();

  private RawBridge(RawConnection peer) {
    this.peer = peer;
  }

  /** On the event loop, with the 101 written. */
  static void splice(ChannelHandlerContext http, RawConnection peer) {
    var pipeline = http.pipeline();
    RawBridge bridge = new RawBridge(peer);
    http.channel().config().setAutoRead(false);
    pipeline.addLast(bridge);
    pipeline.remove(IdleStateHandler.class);
    ChannelHandler handler = http.handler();
    pipeline.remove(HttpServerCodec.class); // passes on what came right behind the request
    pipeline.remove(handler);
    ChannelHandlerContext context = pipeline.context(bridge);
    Thread.ofVirtual().name("to peer").start(() -> bridge.writeToPeer(context));
    Thread.ofVirtual().name("from peer").start(() -> bridge.readFromPeer(context));
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      bytes.release();
      if (copy.length > 0) {
        toPeer.add(copy);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (toPeer.isEmpty()) {
      context.read(); // nothing came of it, such as half a TLS record
    }
  }

  private void writeToPeer(ChannelHandlerContext context) {
    try {
      OutputStream output = peer.output();
      for (byte[] bytes = toPeer.take(); bytes != END; bytes = toPeer.take()) {
        output.write(bytes);
        output.flush();
        if (toPeer.isEmpty()) {
          context.executor().execute(context::read);
        }
      }
    } catch (IOException gone) {
      log.debug("the peer of an upgraded connection is gone: {}", gone.toString());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      peer.close();
      context.close();
    }
  }

  private void readFromPeer(ChannelHandlerContext context) {
    try {
      InputStream input = peer.input();
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int count = input.read(chunk); count >= 0; count = input.read(chunk)) {
        if (!context.writeAndFlush(Unpooled.copiedBuffer(chunk, 0, count)).await().isSuccess()) {
          break;
        }
      }
    } catch (IOException gone) {
      log.debug("the peer of an upgraded connection is gone: {}", gone.toString());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      peer.close();
      context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    toPeer.add(END);
    peer.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("upgraded connection: {}", cause.toString());
    context.close();
  }
}
