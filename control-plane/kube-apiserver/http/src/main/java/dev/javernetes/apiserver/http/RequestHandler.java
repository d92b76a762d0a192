package dev.javernetes.apiserver.http;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.ApiServer;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.QueryParameters;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection, or one HTTP/2 stream: collects a request, has it answered on a virtual
 * thread, and only then looks at the next. What a client sends ahead (pipelining) waits; reading
 * stops while anything does.
 */
final class RequestHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(RequestHandler.class);

  /** A body past its limit is read on for so long, so that the client gets to see the refusal. */
  private static final long DISCARDED_BYTES = 64L << 20;

  private static final byte[] NO_BODY = {};

  private final ApiServer server;
  private final Peer peer;
  private final int maxBodyBytes;
  private final RequestsUnderWay underWay;

  // owned by the event loop
  private final Deque<Object> ahead = new ArrayDeque<>();
  private @Nullable HttpRequest head;
  private @Nullable ByteArrayOutputStream body;
  private long bodyBytes;
  private boolean answering;
  private @Nullable ResponseWriter writer;

  RequestHandler(ApiServer server, Peer peer, int maxBodyBytes, RequestsUnderWay underWay) {
    this.server = server;
    this.peer = peer;
    this.maxBodyBytes = maxBodyBytes;
    this.underWay = underWay;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (answering) {
      ahead.add(message);
      context.channel().config().setAutoRead(false);
      return;
    }
    take(context, message);
  }

  private void take(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        begin(context, request);
      }
      if (message instanceof HttpContent content && head != null) {
        collect(context, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      log.debug("not HTTP from {}: {}", peer.address(), request.decoderResult().cause().toString());
      context
          .writeAndFlush(
              new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST))
          .addListener(io.netty.channel.ChannelFutureListener.CLOSE);
      return;
    }
    head = request;
    body = null;
    bodyBytes = 0;
    if (HttpUtil.is100ContinueExpected(request)) {
      context.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
  }

  private void collect(ChannelHandlerContext context, HttpContent content) {
    ByteBuf bytes = content.content();
    bodyBytes += bytes.readableBytes();
    if (bodyBytes > DISCARDED_BYTES) {
      context.close();
      return;
    }
    if (bytes.isReadable() && bodyBytes <= maxBodyBytes) {
      if (body == null) {
        body = new ByteArrayOutputStream(Math.max(512, bytes.readableBytes()));
      }
      try {
        bytes.readBytes(body, bytes.readableBytes());
      } catch (IOException impossible) { // it is written to memory
        throw new IllegalStateException(impossible);
      }
    }
    if (content instanceof LastHttpContent) {
      HttpRequest request = java.util.Objects.requireNonNull(head);
      byte[] whole = body == null ? NO_BODY : body.toByteArray();
      boolean tooLarge = bodyBytes > maxBodyBytes;
      head = null;
      body = null;
      answering = true;
      underWay.begin();
      Thread.ofVirtual().name("request").start(() -> answer(context, request, whole, tooLarge));
    }
  }

  private void answer(
      ChannelHandlerContext context, HttpRequest request, byte[] whole, boolean tooLarge) {
    ApiResponse response;
    try {
      response = tooLarge ? refuseBody() : server.handle(request(request, whole));
    } catch (IllegalArgumentException malformed) {
      // the path is no path: as Go's server, which answers before there is a Status
      log.debug("{} {}: {}", request.method(), request.uri(), malformed.getMessage());
      response =
          ApiResponse.of(
              400,
              "text/plain; charset=utf-8",
              "400 Bad Request".getBytes(StandardCharsets.US_ASCII));
    } catch (RuntimeException
        | Error
            bug) { // the server promises not to throw: whatever it is, the client gets an answer
      log.error("{} {}", request.method(), request.uri(), bug);
      response = refusal(ApiException.internal(bug.toString()));
    }
    ApiResponse answer = response;
    ResponseWriter made = new ResponseWriter(context, request, answer, underWay.isDraining());
    context
        .executor()
        .execute(() -> {
          writer = made;
          made.start(() -> next(context));
        });
  }

  private ApiResponse refuseBody() {
    return refusal(
        ApiException.of(
            StatusReason.REQUEST_ENTITY_TOO_LARGE,
            "Request entity too large: limit is " + maxBodyBytes));
  }

  private static ApiResponse refusal(ApiException problem) {
    return ApiResponse.of(problem.code(), "application/json", Json.bytes(problem.status()));
  }

  private ApiRequest request(HttpRequest request, byte[] whole) {
    String uri = request.uri();
    int question = uri.indexOf('?');
    String rawQuery = question < 0 ? "" : uri.substring(question + 1);
    Headers headers = new Headers();
    request.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
    return new ApiRequest(
        request.method().name(),
        PercentCoding.decodePath(question < 0 ? uri : uri.substring(0, question)),
        rawQuery,
        QueryParameters.parse(rawQuery),
        headers,
        whole,
        peer.address(),
        peer.certificates(),
        null);
  }

  /** The answer is on its way: what was sent ahead gets its turn. */
  private void next(ChannelHandlerContext context) {
    underWay.end();
    writer = null;
    answering = false;
    while (!answering && !ahead.isEmpty()) {
      take(context, ahead.poll());
    }
    if (ahead.isEmpty()) {
      context.channel().config().setAutoRead(true);
      context.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (writer != null) {
      writer.writabilityChanged();
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (writer != null) {
      writer.abandon();
    }
    ahead.forEach(ReferenceCountUtil::release);
    ahead.clear();
    context.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof IdleStateEvent && !answering) {
      context.close();
    }
    super.userEventTriggered(context, event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("connection of {}: {}", peer.address(), cause.toString());
    context.close();
  }
}
