package dev.javernetes.runtime.streaming;

import dev.javernetes.runtime.pod.IoStreams;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session over a WebSocket: every message is a channel number and data. 0 stdin, 1 stdout, 2
 * stderr, 3 error, 4 resize; since {@code v5.channel.k8s.io} message {@code 255 n} closes channel
 * n, which is how stdin ends (KEP-4006). For port forwarding ({@code v4.channel.k8s.io}) port i has
 * the channels 2i for data and 2i+1 for errors, and each first says its port in two bytes.
 */
final class WebSocketConnection extends SimpleChannelInboundHandler<WebSocketFrame> {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int ERROR = 3;
  private static final int RESIZE = 4;
  private static final int CLOSE = 255;

  private final Session session;
  private final Runs runs;
  private final Protocol protocol;
  private final List<InboundStream> inbound = new ArrayList<>();
  private final List<Thread> workers = new ArrayList<>();

  /** {@code text}: channel as a digit, data in base64. {@code status}: v4 and later. */
  record Protocol(String name, boolean text, boolean status, boolean closes) {
    static final List<Protocol> COMMANDS =
        List.of(
            new Protocol("v5.channel.k8s.io", false, true, true),
            new Protocol("v4.channel.k8s.io", false, true, false),
            new Protocol("v4.base64.channel.k8s.io", true, true, false),
            new Protocol("v3.channel.k8s.io", false, false, false),
            new Protocol("channel.k8s.io", false, false, false),
            new Protocol("base64.channel.k8s.io", true, false, false));
  }

  WebSocketConnection(Session session, Runs runs, Protocol protocol) {
    this.session = session;
    this.runs = runs;
    this.protocol = protocol;
  }

  /** Called on the event loop once the handshake is through. */
  void begin(Channel channel) {
    int channels =
        session instanceof Session.Forward forward ? forward.ports().size() * 2 : RESIZE + 1;
    for (int i = 0; i < channels; i++) {
      inbound.add(new InboundStream(on -> channel.config().setAutoRead(on)));
    }
    switch (session) {
      case Session.Exec exec ->
          command(channel, exec.tty(), exec.stdin(), exec.stdout(), exec.stderr());
      case Session.Attach attach ->
          command(channel, attach.tty(), attach.stdin(), attach.stdout(), attach.stderr());
      case Session.Forward forward -> forward(channel, forward);
    }
  }

  private void command(
      Channel channel, boolean tty, boolean stdin, boolean stdout, boolean stderr) {
    var io =
        new IoStreams(
            stdin ? inbound.get(STDIN) : null,
            stdout ? new OutboundStream(bytes -> send(channel, STDOUT, bytes)) : null,
            stderr && !tty ? new OutboundStream(bytes -> send(channel, STDERR, bytes)) : null,
            new SizeUpdates(inbound.get(RESIZE)));
    workers.add(
        Thread.startVirtualThread(() -> {
          Outcome outcome = runs.command(session, io);
          send(channel, ERROR, protocol.status ? outcome.asStatus() : outcome.asText());
          close(channel);
          inbound.forEach(InboundStream::end);
        }));
  }

  private void forward(Channel channel, Session.Forward forward) {
    for (int i = 0; i < forward.ports().size(); i++) {
      int port = forward.ports().get(i);
      int data = 2 * i;
      byte[] name = {(byte) (port & 0xff), (byte) (port >> 8)};
      send(channel, data, name);
      send(channel, data + 1, name);
      workers.add(
          Thread.startVirtualThread(() -> {
            var out = new OutboundStream(bytes -> send(channel, data, bytes));
            String problem = runs.forward(forward.sandboxId(), port, inbound.get(data), out);
            if (!problem.isEmpty()) {
              send(channel, data + 1, problem.getBytes(StandardCharsets.UTF_8));
            }
            if (forward.ports().size() == 1) {
              close(channel);
            }
          }));
    }
  }

  private static void close(Channel channel) {
    channel
        .writeAndFlush(new CloseWebSocketFrame(1000, ""))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private ChannelFuture send(Channel channel, int number, byte[] bytes) {
    if (protocol.text) {
      String text = number + Base64.getEncoder().encodeToString(bytes);
      return channel.writeAndFlush(new TextWebSocketFrame(text));
    }
    ByteBuf message = Unpooled.wrappedBuffer(new byte[] {(byte) number}, bytes);
    return channel.writeAndFlush(new BinaryWebSocketFrame(message));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
    switch (frame) {
      case BinaryWebSocketFrame binary -> message(ByteBufUtil.getBytes(binary.content()));
      case TextWebSocketFrame text -> message(decode(text.text()));
      case PingWebSocketFrame ping ->
          context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
      case CloseWebSocketFrame close -> close(context.channel());
      default -> {
        // pongs
      }
    }
  }

  private static byte @Nullable [] decode(String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      byte[] data = Base64.getDecoder().decode(text.substring(1));
      byte[] message = new byte[data.length + 1];
      message[0] = (byte) (text.charAt(0) - '0');
      System.arraycopy(data, 0, message, 1, data.length);
      return message;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void message(byte @Nullable [] message) {
    if (message == null || message.length == 0) {
      return;
    }
    int number = message[0] & 0xff;
    if (number == CLOSE && protocol.closes) {
      if (message.length == 2 && (message[1] & 0xff) < inbound.size()) {
        inbound.get(message[1] & 0xff).end();
      }
      return;
    }
    if (number < inbound.size()) {
      inbound.get(number).offer(java.util.Arrays.copyOfRange(message, 1, message.length));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    inbound.forEach(InboundStream::end);
    workers.forEach(Thread::interrupt);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
