package dev.javernetes.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The client's side of SPDY/3.1, as client-go does it: POST with an upgrade, then streams named by
 * headers.
 */
final class SpdyStreams implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final CompletableFuture<String> upgraded = new CompletableFuture<>();
  private final Map<Integer, ByteArrayOutputStream> received = new ConcurrentHashMap<>();
  private final Set<Integer> ended = ConcurrentHashMap.newKeySet();
  private final Channel channel;
  private int nextStream = 1;

  SpdyStreams(String url, String protocol) throws Exception {
    URI uri = URI.create(url);
    channel =
        new Bootstrap()
            .group(loop)
            .channel(EpollSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel child) {
                    child.pipeline().addLast(new Handshake());
                  }
                })
            .connect(uri.getHost(), uri.getPort())
            .sync()
            .channel();
    String request =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: %s\r\nContent-Length: 0\r\n\r\n"
            .formatted(uri.getPath(), protocol);
    channel.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII)).sync();
  }

  /** The head of the answer. */
  String answer() throws Exception {
    return upgraded.get(10, TimeUnit.SECONDS);
  }

  int open(Map<String, String> headers) throws Exception {
    int id = nextStream;
    nextStream += 2;
    var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
    headers.forEach((name, value) -> frame.headers().add(name, value));
    received.put(id, new ByteArrayOutputStream());
    channel.writeAndFlush(frame).sync();
    return id;
  }

  void send(int id, String text, boolean last) throws Exception {
    var frame = new DefaultSpdyDataFrame(id, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    frame.setLast(last);
    channel.writeAndFlush(frame).sync();
  }

  String text(int id) {
    return received.getOrDefault(id, new ByteArrayOutputStream()).toString(StandardCharsets.UTF_8);
  }

  String awaitEnd(int id) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> ended.contains(id));
    return text(id);
  }

  void awaitText(int id, String part) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> text(id).contains(part));
  }

  @Override
  public void close() {
    channel.close();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private final class Handshake extends SimpleChannelInboundHandler<ByteBuf> {
    private final StringBuilder head = new StringBuilder();

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
      while (bytes.isReadable()) {
        head.append((char) bytes.readByte());
        if (head.toString().endsWith("\r\n\r\n")) {
          context.pipeline().addLast(new SpdyFrameCodec(SpdyVersion.SPDY_3_1), new Frames());
          upgraded.complete(head.toString());
          if (bytes.isReadable()) {
            context.fireChannelRead(bytes.readRetainedSlice(bytes.readableBytes()));
          }
          context.pipeline().remove(this);
          return;
        }
      }
    }
  }

  private final class Frames extends SimpleChannelInboundHandler<SpdyFrame> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, SpdyFrame frame) {
      if (frame instanceof SpdySynReplyFrame reply && reply.headers().isEmpty()) {
        // client-go would wait for the missing header block
        throw new IllegalStateException("a reply without a header block");
      }
      if (frame instanceof SpdyDataFrame data) {
        received
            .computeIfAbsent(data.streamId(), id -> new ByteArrayOutputStream())
            .writeBytes(ByteBufUtil.getBytes(data.content()));
        if (data.isLast()) {
          ended.add(data.streamId());
        }
      }
    }
  }
}
