package dev.javernetes.runtime.streaming;

import dev.javernetes.runtime.pod.IoStreams;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session over SPDY/3.1, as kubectl and client-go speak it: the client opens a stream for each of
 * error, stdin, stdout, stderr and resize (header {@code streamtype}); for port forwarding a pair
 * error and data per connection (headers {@code port} and {@code requestid}).
 *
 * <p>Flow-control windows are not kept: client-go's implementation knows none and never grants any.
 * TCP holds back either side instead.
 */
final class SpdyConnection extends SimpleChannelInboundHandler<SpdyFrame> {
  private static final int MAX_STREAMS = 10_000;
  private static final int LINGER_SECONDS = 5;

  private final Session session;
  private final Runs runs;
  private final boolean statusProtocol;
  private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
  private final Map<String, Stream> byType = new HashMap<>();
  private final Map<String, Stream> forwardErrors = new HashMap<>();
  private final Map<String, Stream> forwardData = new HashMap<>();
  private final List<Thread> workers = new ArrayList<>();
  private boolean started;

  private record Stream(int id, String type, int port, InboundStream in) {}

  /** {@code statusProtocol}: v4 and later, whose error stream carries a Status. */
  SpdyConnection(Session session, Runs runs, boolean statusProtocol) {
    this.session = session;
    this.runs = runs;
    this.statusProtocol = statusProtocol;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, SpdyFrame frame) {
    switch (frame) {
      case SpdySynStreamFrame open -> open(context, open);
      case SpdyDataFrame data -> {
        Stream stream = streams.get(data.streamId());
        if (stream != null) {
          stream.in.offer(ByteBufUtil.getBytes(data.content()));
          if (data.isLast()) {
            stream.in.end();
          }
        }
      }
      case SpdyRstStreamFrame reset -> {
        Stream stream = streams.get(reset.streamId());
        if (stream != null) {
          stream.in.end();
        }
      }
      case SpdyPingFrame ping -> {
        // odd ids are the client's own pings, to be returned as they are
        if (ping.id() % 2 != 0) {
          context.writeAndFlush(ping);
        }
      }
      default -> {
        // settings, window updates, headers and goodbyes change nothing here
      }
    }
  }

  private void open(ChannelHandlerContext context, SpdySynStreamFrame frame) {
    String type = String.valueOf(frame.headers().getAsString("streamtype"));
    Stream stream =
        new Stream(
            frame.streamId(),
            type,
            port(frame.headers().getAsString("port")),
            new InboundStream(on -> context.channel().config().setAutoRead(on)));
    if (streams.size() >= MAX_STREAMS || (session instanceof Session.Forward && stream.port == 0)) {
      context.writeAndFlush(
          new DefaultSpdyRstStreamFrame(frame.streamId(), SpdyStreamStatus.REFUSED_STREAM));
      return;
    }
    streams.put(frame.streamId(), stream);
    var reply = new DefaultSpdySynReplyFrame(frame.streamId());
    // without any header Netty leaves the header block out altogether, and client-go waits for it
    // for ever
    reply.headers().add("server", "j8s");
    context.writeAndFlush(reply);
    if (frame.isLast()) {
      stream.in.end();
    }
    if (session instanceof Session.Forward forward) {
      String request = frame.headers().getAsString("requestid");
      pair(context.channel(), forward, stream, request == null ? legacyRequest(frame) : request);
    } else {
      byType.put(type, stream);
      startIfComplete(context.channel());
    }
  }

  private static int port(@Nullable String text) {
    try {
      int port = text == null ? 0 : Integer.parseInt(text);
      return port >= 1 && port <= 65535 ? port : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Clients before 1.5 send no request id: a data stream follows its error stream directly. */
  private static String legacyRequest(SpdySynStreamFrame frame) {
    boolean data = "data".equals(frame.headers().getAsString("streamtype"));
    return "stream-" + (data ? frame.streamId() - 2 : frame.streamId());
  }

  private void pair(Channel channel, Session.Forward forward, Stream stream, String request) {
    (stream.type.equals("error") ? forwardErrors : forwardData).put(request, stream);
    Stream error = forwardErrors.get(request);
    Stream data = forwardData.get(request);
    if (error == null || data == null) {
      return;
    }
    forwardErrors.remove(request);
    forwardData.remove(request);
    workers.removeIf(worker -> !worker.isAlive());
    workers.add(
        Thread.startVirtualThread(() -> {
          var out = new OutboundStream(bytes -> send(channel, data, bytes, false));
          String problem = runs.forward(forward.sandboxId(), data.port, data.in, out);
          if (!problem.isEmpty()) {
            send(channel, error, problem.getBytes(StandardCharsets.UTF_8), false);
          }
          send(channel, error, new byte[0], true);
          send(channel, data, new byte[0], true);
          error.in.end();
          data.in.end();
          streams.remove(error.id);
          streams.remove(data.id);
        }));
  }

  private void startIfComplete(Channel channel) {
    if (started || !byType.keySet().containsAll(expected())) {
      return;
    }
    started = true;
    Stream error = byType.get("error");
    Stream stdin = byType.get("stdin");
    Stream resize = byType.get("resize");
    var io =
        new IoStreams(
            stdin == null ? null : stdin.in,
            output(channel, "stdout"),
            output(channel, "stderr"),
            resize == null ? consumer -> {} : new SizeUpdates(resize.in));
    workers.add(
        Thread.startVirtualThread(() -> {
          Outcome outcome = runs.command(session, io);
          for (Stream stream : byType.values()) {
            if (stream != error) {
              send(channel, stream, new byte[0], true);
            }
          }
          if (error != null) {
            byte[] words = statusProtocol ? outcome.asStatus() : outcome.asText();
            send(channel, error, words, true);
          }
          byType.values().forEach(stream -> stream.in.end());
          channel.writeAndFlush(new DefaultSpdyGoAwayFrame(0));
          // the client closes once it has read all; one that does not is left behind
          channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        }));
  }

  private List<String> expected() {
    List<String> types = new ArrayList<>(List.of("error"));
    switch (session) {
      case Session.Exec exec ->
          expect(types, exec.tty(), exec.stdin(), exec.stdout(), exec.stderr());
      case Session.Attach attach ->
          expect(types, attach.tty(), attach.stdin(), attach.stdout(), attach.stderr());
      case Session.Forward forward -> {}
    }
    return types;
  }

  private static void expect(
      List<String> types, boolean tty, boolean stdin, boolean stdout, boolean stderr) {
    if (stdin) {
      types.add("stdin");
    }
    if (stdout) {
      types.add("stdout");
    }
    if (stderr && !tty) {
      types.add("stderr");
    }
    if (tty) {
      types.add("resize");
    }
  }

  private @Nullable OutboundStream output(Channel channel, String type) {
    Stream stream = byType.get(type);
    return stream == null ? null : new OutboundStream(bytes -> send(channel, stream, bytes, false));
  }

  private static ChannelFuture send(Channel channel, Stream stream, byte[] bytes, boolean last) {
    var frame = new DefaultSpdyDataFrame(stream.id, Unpooled.wrappedBuffer(bytes));
    frame.setLast(last);
    return channel.writeAndFlush(frame);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    streams.values().forEach(stream -> stream.in.end());
    workers.forEach(Thread::interrupt);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
