package dev.javernetes.apiserver.http;

import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.FrameSource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch whose client has asked for a WebSocket (RFC 6455), as browsers and the fabric8 client do:
 * one message per event, text for JSON, binary for the rest. What the client says is passed over,
 * but for ping and close.
 */
final class WebSocketWatch extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(WebSocketWatch.class);
  private static final int MAX_CLIENT_FRAME_BYTES = 64 << 10;
  private static final String VERSION = "13";

  /** A protocol that carries a token, for browsers, which cannot set Authorization. */
  private static final String TOKEN_PROTOCOL = "base64url.bearer.authorization.k8s.io.";

  private final FrameSource source;
  private final boolean text;

  /** In a stream of protobuf messages each has its length before it; a WebSocket has no need. */
  private final int prefixBytes;

  private final Runnable whenDone;
  private boolean ended;

  private WebSocketWatch(FrameSource source, String contentType, Runnable whenDone) {
    this.source = source;
    this.text = contentType.contains("json") || contentType.contains("yaml");
    this.prefixBytes = contentType.contains("protobuf") ? Integer.BYTES : 0;
    this.whenDone = whenDone;
  }

  static boolean isAskedForBy(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
  }

  /** On the event loop of an HTTP/1.1 connection that has nothing else to do. */
  static void start(
      ChannelHandlerContext http,
      HttpRequest request,
      ApiResponse response,
      FrameSource source,
      Runnable whenDone) {
    HttpHeaders asked = request.headers();
    List<String> protocols = protocols(asked);
    // Upstream's library wants an origin, of whatever name, and chooses among no protocols.
    HttpResponseStatus refusal =
        !asked.contains(HttpHeaderNames.ORIGIN)
            ? HttpResponseStatus.FORBIDDEN
            : protocols.size() > 1
                    || !asked.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)
                    || !asked.contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION, false)
                ? HttpResponseStatus.BAD_REQUEST
                : null;
    if (refusal != null) {
      refuse(http, refusal, source, whenDone);
      return;
    }
    String contentType = response.headers().first("Content-Type");
    WebSocketWatch watch =
        new WebSocketWatch(source, contentType == null ? "" : contentType, whenDone);
    watch.take(http, request, protocols);
  }

  private static List<String> protocols(HttpHeaders headers) {
    return headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
        .flatMap(line -> Arrays.stream(line.split(",", -1)))
        .map(String::strip)
        .filter(name -> !name.isEmpty() && !name.startsWith(TOKEN_PROTOCOL))
        .toList();
  }

  private static void refuse(
      ChannelHandlerContext http,
      HttpResponseStatus status,
      FrameSource source,
      Runnable whenDone) {
    source.close();
    DefaultFullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (status.equals(HttpResponseStatus.BAD_REQUEST)) {
      answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
    }
    http.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    whenDone.run();
  }

  private void take(ChannelHandlerContext http, HttpRequest request, List<String> protocols) {
    var pipeline = http.pipeline();
    pipeline.remove(IdleStateHandler.class);
    pipeline.addLast(this);
    FullHttpRequest whole =
        new DefaultFullHttpRequest(
            request.protocolVersion(), request.method(), request.uri(), Unpooled.EMPTY_BUFFER);
    whole.headers().set(request.headers());
    whole.headers().remove(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    protocols.forEach(
        protocol -> whole.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol));
    new WebSocketServerHandshaker13(
            request.uri(),
            protocols.isEmpty() ? null : protocols.getFirst(),
            false,
            MAX_CLIENT_FRAME_BYTES)
        .handshake(http.channel(), whole, new DefaultHttpHeaders(), http.newPromise())
        .addListener(sent -> {
          if (sent.isSuccess()) {
            ChannelHandlerContext own = pipeline.context(this);
            source.onReady(() -> own.executor().execute(() -> pump(own)));
          } else {
            http.close();
          }
        });
    pipeline.remove(http.handler());
    http.channel().config().setAutoRead(true);
  }

  private void pump(ChannelHandlerContext context) {
    boolean wrote = false;
    while (!ended && context.channel().isWritable()) {
      FrameSource.Frame frame = source.poll();
      if (frame == null) {
        if (source.ended()) {
          close(context);
        }
        break;
      }
      context.write(message(frame));
      wrote = true;
    }
    if (wrote) {
      context.flush();
    }
  }

  private WebSocketFrame message(FrameSource.Frame frame) {
    ByteBuf bytes = Unpooled.wrappedBuffer(frame.parts());
    bytes.skipBytes(prefixBytes);
    return text ? new TextWebSocketFrame(bytes) : new BinaryWebSocketFrame(bytes);
  }

  private void close(ChannelHandlerContext context) {
    finish();
    context
        .writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void finish() {
    if (!ended) {
      ended = true;
      source.close();
      whenDone.run();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, @Nullable Object message) {
    if (message instanceof PingWebSocketFrame ping) {
      context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
    } else if (message instanceof CloseWebSocketFrame && !ended) {
      close(context);
    }
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    pump(context);
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    finish();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("watch by WebSocket: {}", cause.toString());
    context.close();
  }
}
