package dev.javernetes.apiserver.http;

import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.FrameSource;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.HttpConversionUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one answer: a body at once, a watch as its reader takes it, a stream chunk by chunk, or
 * hands the connection over. Lives on the event loop but for the blocking copy of a stream.
 */
final class ResponseWriter {
  private static final Logger log = LoggerFactory.getLogger(ResponseWriter.class);

  /** Smaller answers are not worth compressing (upstream's threshold). */
  private static final int COMPRESS_FROM_BYTES = 128 << 10;

  private static final int CHUNK_BYTES = 32 << 10;

  private final ChannelHandlerContext context;
  private final HttpRequest request;
  private final ApiResponse response;
  private final boolean http2;
  private final boolean keepAlive;
  private byte @Nullable [] compressed;
  private Runnable done = () -> {};
  private boolean ended;

  /** On the request's virtual thread: a large body is compressed here, not on the event loop. */
  ResponseWriter(
      ChannelHandlerContext context, HttpRequest request, ApiResponse response, boolean closing) {
    this.context = context;
    this.request = request;
    this.response = response;
    this.http2 =
        request.headers().contains(HttpConversionUtil.ExtensionHeaderNames.STREAM_ID.text());
    this.keepAlive = !closing && HttpUtil.isKeepAlive(request);
    if (response.body() instanceof ApiResponse.Parts parts
        && parts.length() >= COMPRESS_FROM_BYTES
        && acceptsGzip()
        && !response.headers().has("Content-Encoding")) {
      compressed = gzip(parts);
    }
  }

  private boolean acceptsGzip() {
    return request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING).stream()
        .anyMatch(value -> value.contains("gzip"));
  }

  private static byte[] gzip(ApiResponse.Parts parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) (parts.length() / 6));
    try (FastGzip gzip = new FastGzip(bytes)) {
      for (byte[] part : parts.parts()) {
        gzip.write(part);
      }
    } catch (IOException impossible) { // it is written to memory
      throw new IllegalStateException(impossible);
    }
    return bytes.toByteArray();
  }

  /** Level 1, as upstream: most of the gain for a fraction of the work. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(ByteArrayOutputStream out) throws IOException {
      super(out, 8192);
      def.setLevel(1);
    }
  }

  /**
   * {@code whenDone} runs on the event loop once the next request may be read; not if the
   * connection ends with this answer.
   */
  void start(Runnable whenDone) {
    done = whenDone;
    if (!context.channel().isActive()) {
      abandon();
      return;
    }
    switch (response.body()) {
      case ApiResponse.Parts parts -> write(parts);
      case ApiResponse.Frames frames when !http2 && WebSocketWatch.isAskedForBy(request) -> {
        ended = true;
        WebSocketWatch.start(context, request, response, frames.source(), done);
      }
      case ApiResponse.Frames frames -> {
        writeHead(true);
        context.flush();
        frames.source().onReady(() -> context.executor().execute(this::pump));
      }
      case ApiResponse.Stream stream -> {
        writeHead(true);
        context.flush();
        Thread.ofVirtual().name("stream").start(() -> copy(stream.input()));
      }
      case ApiResponse.Upgrade upgrade -> upgrade(upgrade);
    }
  }

  private HttpResponse head() {
    HttpResponse head =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
    response.headers().forEach(head.headers()::add);
    return head;
  }

  private void writeHead(boolean chunked) {
    HttpResponse head = head();
    if (!http2) {
      if (chunked) {
        head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      }
      if (!keepAlive) {
        head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      }
    }
    context.write(head);
  }

  private void write(ApiResponse.Parts parts) {
    HttpResponse head = head();
    List<byte[]> body = compressed == null ? parts.parts() : List.of(compressed);
    long length = compressed == null ? parts.length() : compressed.length;
    if (compressed != null) {
      head.headers().set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
      head.headers().add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
    }
    boolean bodiless = response.status() == 204 || response.status() == 304;
    if (!bodiless) {
      head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
    }
    if (!http2 && !keepAlive) {
      head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    context.write(head);
    if (!bodiless && !request.method().equals(HttpMethod.HEAD)) {
      for (byte[] part : body) {
        context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(part)));
      }
    }
    end();
  }

  /**
   * Writes what is there while the reader takes it; called again when more comes or the reader has
   * caught up.
   */
  private void pump() {
    if (ended || !(response.body() instanceof ApiResponse.Frames frames)) {
      return;
    }
    FrameSource source = frames.source();
    boolean wrote = false;
    while (context.channel().isWritable()) {
      FrameSource.Frame frame = source.poll();
      if (frame == null) {
        if (source.ended()) {
          end();
          return;
        }
        break;
      }
      context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(frame.parts())));
      wrote = true;
    }
    if (wrote) {
      context.flush();
    }
  }

  void writabilityChanged() {
    if (context.channel().isWritable()) {
      pump();
    }
  }

  private void copy(InputStream input) {
    try {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int count = input.read(chunk); count >= 0; count = input.read(chunk)) {
        boolean sent =
            context
                .writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(chunk, 0, count)))
                .await()
                .isSuccess();
        if (!sent) {
          break;
        }
      }
      context.executor().execute(this::end);
    } catch (IOException broken) {
      log.debug("the source of {} broke: {}", request.uri(), broken.toString());
      context.close(); // the client must not take the part that it has for the whole
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      context.close();
    } finally {
      response.body().close();
    }
  }

  private void upgrade(ApiResponse.Upgrade upgrade) {
    if (http2) {
      context.close(); // RFC 9113 §8.6: HTTP/2 has no upgrade; the core has no way to know
      upgrade.close();
      return;
    }
    ended = true;
    HttpResponse head = head();
    context
        .writeAndFlush(head)
        .addListener(sent ->
            context.executor().execute(() -> RawBridge.splice(context, upgrade.connection())));
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    response.body().close();
    var sent = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    if (!http2 && !keepAlive) {
      sent.addListener(ChannelFutureListener.CLOSE);
    }
    done.run();
  }

  /** The client is gone. */
  void abandon() {
    if (!ended) {
      ended = true;
      response.body().close();
      done.run();
    }
  }
}
