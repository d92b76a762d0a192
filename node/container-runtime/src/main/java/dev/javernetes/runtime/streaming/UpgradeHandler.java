package dev.javernetes.runtime.streaming;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The HTTP request at the head of a stream: finds the session its token stands for and switches to
 * the protocol it asks for.
 */
final class UpgradeHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final String SPDY = "SPDY/3.1";
  private static final String SPDY_PROTOCOL = "X-Stream-Protocol-Version";
  private static final List<String> SPDY_COMMANDS =
      List.of("v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io");
  private static final List<String> SPDY_FORWARD = List.of("portforward.k8s.io");
  private static final int MAX_FRAME = 1 << 20;

  private final Function<String, Optional<Session>> sessions;
  private final Runs runs;

  UpgradeHandler(Function<String, Optional<Session>> sessions, Runs runs) {
    this.sessions = sessions;
    this.runs = runs;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    String path = new QueryStringDecoder(request.uri()).path();
    String token = path.substring(path.lastIndexOf('/') + 1);
    String upgrade = String.valueOf(request.headers().get(HttpHeaderNames.UPGRADE));
    boolean spdy = upgrade.equalsIgnoreCase(SPDY);
    if (!spdy && !upgrade.equalsIgnoreCase("websocket")) {
      refuse(context, HttpResponseStatus.BAD_REQUEST, "Upgrade request required");
      return;
    }
    Optional<Session> session = sessions.apply(token);
    if (session.isEmpty()) {
      refuse(context, HttpResponseStatus.NOT_FOUND, "no such stream, or its time is over");
      return;
    }
    if (spdy) {
      spdy(context, request, session.get());
    } else {
      webSocket(context, request, session.get());
    }
  }

  private void spdy(ChannelHandlerContext context, FullHttpRequest request, Session session) {
    List<String> served = session instanceof Session.Forward ? SPDY_FORWARD : SPDY_COMMANDS;
    List<String> offered = list(request, SPDY_PROTOCOL);
    // the server's order counts, as in upstream; a client that offers nothing speaks the first
    // version
    Optional<String> chosen = served.stream().filter(offered::contains).findFirst();
    if (chosen.isEmpty() && !offered.isEmpty()) {
      refuse(
          context,
          HttpResponseStatus.FORBIDDEN,
          "unable to upgrade: none of " + offered + " is served");
      return;
    }
    var response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    response.headers().set(HttpHeaderNames.CONNECTION, "Upgrade");
    response.headers().set(HttpHeaderNames.UPGRADE, SPDY);
    chosen.ifPresent(name -> response.headers().set(SPDY_PROTOCOL, name));
    String name = chosen.orElse("channel.k8s.io");
    boolean status = name.startsWith("v4.");
    ChannelPipeline pipeline = context.pipeline();
    context.channel().config().setAutoRead(false);
    context
        .writeAndFlush(response)
        .addListener(done -> {
          pipeline.addLast(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
          pipeline.addLast(new SpdyConnection(session, runs, status));
          removeHttp(pipeline);
          context.channel().config().setAutoRead(true);
        });
  }

  private void webSocket(ChannelHandlerContext context, FullHttpRequest request, Session session) {
    List<String> offered = list(request, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL.toString());
    List<String> served = new ArrayList<>();
    if (session instanceof Session.Forward) {
      served.add(SpdyTunnel.PROTOCOL);
      served.add("v4.channel.k8s.io");
    } else {
      WebSocketConnection.Protocol.COMMANDS.forEach(protocol -> served.add(protocol.name()));
    }
    Optional<String> chosen = served.stream().filter(offered::contains).findFirst();
    if (chosen.isEmpty() && !offered.isEmpty()) {
      refuse(
          context,
          HttpResponseStatus.FORBIDDEN,
          "unable to upgrade: none of " + offered + " is served");
      return;
    }
    String name = chosen.orElse("channel.k8s.io");
    WebSocketServerHandshaker handshaker =
        new WebSocketServerHandshakerFactory(
                "ws://localhost" + request.uri(), chosen.orElse(null), false, MAX_FRAME)
            .newHandshaker(request);
    if (handshaker == null) {
      WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(context.channel());
      return;
    }
    ChannelPipeline pipeline = context.pipeline();
    context.channel().config().setAutoRead(false);
    handshaker
        .handshake(context.channel(), request)
        .addListener(done -> {
          if (!done.isSuccess()) {
            context.close();
            return;
          }
          if (name.equals(SpdyTunnel.PROTOCOL)) {
            pipeline.addLast(new SpdyTunnel());
            pipeline.addLast(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
            pipeline.addLast(new SpdyConnection(session, runs, true));
          } else {
            var connection = new WebSocketConnection(session, runs, protocol(name));
            pipeline.addLast(connection);
            connection.begin(context.channel());
          }
          pipeline.remove(UpgradeHandler.this);
          context.channel().config().setAutoRead(true);
        });
  }

  private static WebSocketConnection.Protocol protocol(String name) {
    return WebSocketConnection.Protocol.COMMANDS.stream()
        .filter(protocol -> protocol.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void removeHttp(ChannelPipeline pipeline) {
    pipeline.remove("upgrade");
    pipeline.remove("whole");
    // last: it hands over what it has read beyond the request
    pipeline.remove("http");
  }

  /** Repeated headers and comma lists alike. */
  private static List<String> list(FullHttpRequest request, String header) {
    List<String> values = new ArrayList<>();
    for (String value : request.headers().getAll(header)) {
      Arrays.stream(value.split(","))
          .map(String::strip)
          .filter(s -> !s.isEmpty())
          .forEach(values::add);
    }
    return values;
  }

  private static void refuse(ChannelHandlerContext context, HttpResponseStatus status, String why) {
    var body = Unpooled.copiedBuffer(why + "\n", StandardCharsets.UTF_8);
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
