package dev.javernetes.kubelet.server;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request and its answer, on a virtual thread: blocking writes, with the client's pace. */
final class Call {
  private final Channel channel;
  private final HttpRequest request;
  private final QueryStringDecoder url;
  private final boolean keepAlive;

  Call(Channel channel, HttpRequest request, boolean keepAlive) {
    this.channel = channel;
    this.request = request;
    this.url = new QueryStringDecoder(request.uri());
    this.keepAlive = keepAlive;
  }

  HttpRequest request() {
    return request;
  }

  Channel channel() {
    return channel;
  }

  String method() {
    return request.method().name();
  }

  String path() {
    return url.path();
  }

  /** The path's parts, decoded: {@code /exec/default/web/main} gives [exec, default, web, main]. */
  List<String> segments() {
    return java.util.Arrays.stream(url.path().split("/"))
        .filter(segment -> !segment.isEmpty())
        .toList();
  }

  @Nullable String query(String name) {
    List<String> values = url.parameters().get(name);
    return values == null || values.isEmpty() ? null : values.getFirst();
  }

  List<String> queryAll(String name) {
    return url.parameters().getOrDefault(name, List.of());
  }

  boolean flag(String name) {
    String value = query(name);
    return value != null && (value.equals("1") || value.equalsIgnoreCase("true"));
  }

  @Nullable String header(String name) {
    return request.headers().get(name);
  }

  boolean upgrade() {
    return request.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true);
  }

  void text(HttpResponseStatus status, String body) throws IOException {
    answer(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }

  void json(JsonObject body) throws IOException {
    answer(HttpResponseStatus.OK, "application/json", Json.bytes(body));
  }

  void answer(HttpResponseStatus status, String contentType, byte[] body) throws IOException {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    if (!keepAlive) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    ChannelFuture written = channel.writeAndFlush(response);
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
    await(written);
  }

  /** A body whose length is not known; close it to end the answer. */
  OutputStream stream(String contentType) throws IOException {
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    await(channel.writeAndFlush(response));
    return new ChunkedStream();
  }

  boolean clientGone() {
    return !channel.isActive();
  }

  private static void await(ChannelFuture future) throws IOException {
    try {
      future.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
    if (!future.isSuccess()) {
      throw new IOException("the client is gone", future.cause());
    }
  }

  private final class ChunkedStream extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        ByteBuf copy = Unpooled.copiedBuffer(bytes, offset, length);
        await(channel.writeAndFlush(new DefaultHttpContent(copy)));
      }
    }

    @Override
    public void close() throws IOException {
      ChannelFuture last = channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      if (!keepAlive) {
        last.addListener(ChannelFutureListener.CLOSE);
      }
      await(last);
    }
  }
}
