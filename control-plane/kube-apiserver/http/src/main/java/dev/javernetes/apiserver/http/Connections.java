package dev.javernetes.apiserver.http;

import dev.javernetes.apiserver.ApiServer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.handler.timeout.IdleStateHandler;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up each new connection: TLS, then HTTP/1.1 or HTTP/2 as the client wishes. */
@ChannelHandler.Sharable
final class Connections extends ChannelInitializer<Channel> {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  /** Go's limit for a request's line and headers, which long selectors and impersonation need. */
  private static final int MAX_HEADER_BYTES = 1 << 20;

  private static final int MAX_STREAMS = 250;
  private static final int STREAM_WINDOW_BYTES = 256 << 10;
  private static final int HANDSHAKE_SECONDS = 30;

  private final EdgeSettings settings;
  private final ApiServer server;
  private final ChannelGroup connections;
  private final RequestsUnderWay underWay;
  private final SslContext tls;

  Connections(
      EdgeSettings settings,
      ApiServer server,
      ChannelGroup connections,
      RequestsUnderWay underWay) {
    this.settings = settings;
    this.server = server;
    this.connections = connections;
    this.underWay = underWay;
    this.tls = tls(settings);
  }

  /**
   * A client certificate is asked for, not demanded, and any is taken: the handshake proves that
   * the client holds its key; whether its authority may name users is for authentication to say
   * (with 401, not a broken connection).
   */
  private static SslContext tls(EdgeSettings settings) {
    // Not by SslContextBuilder: the class that it uses tries a handshake when it is loaded, which
    // costs a fifth of a second of the server's start.
    return new JdkSslContext(
        context(settings),
        false,
        null,
        SupportedCipherSuiteFilter.INSTANCE,
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1),
        ClientAuth.OPTIONAL,
        new String[] {"TLSv1.3", "TLSv1.2"},
        false);
  }

  private static SSLContext context(EdgeSettings settings) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {settings.identity()},
          InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
          null);
      return context;
    } catch (GeneralSecurityException problem) {
      throw new IllegalStateException("the JDK has no TLS", problem);
    }
  }

  @Override
  protected void initChannel(Channel channel) {
    connections.add(channel);
    io.netty.handler.ssl.SslHandler handler = tls.newHandler(channel.alloc());
    handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
    channel.pipeline().addLast(handler, new Protocol());
  }

  private final class Protocol extends ApplicationProtocolNegotiationHandler {
    Protocol() {
      super(ApplicationProtocolNames.HTTP_1_1);
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext context, String protocol) {
      Peer peer = Peer.of(context.channel());
      ChannelPipeline pipeline = context.pipeline();
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        pipeline.addLast(
            Http2FrameCodecBuilder.forServer()
                .initialSettings(
                    Http2Settings.defaultSettings()
                        .maxConcurrentStreams(MAX_STREAMS)
                        .initialWindowSize(STREAM_WINDOW_BYTES)
                        .maxHeaderListSize(MAX_HEADER_BYTES))
                .build(),
            new Http2MultiplexHandler(new Streams(peer)),
            new IdleConnections(settings.idleTimeout()));
      } else {
        pipeline.addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_HEADER_BYTES)
                    .setMaxHeaderSize(MAX_HEADER_BYTES)),
            new IdleStateHandler(0, 0, settings.idleTimeout().toSeconds(), TimeUnit.SECONDS),
            new RequestHandler(server, peer, settings.maxBodyBytes(), underWay));
      }
    }

    /** A client that does not trust us, speaks no TLS or went away: its own affair. */
    @Override
    protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
      log.debug(
          "TLS handshake with {} failed: {}",
          context.channel().remoteAddress(),
          cause.getMessage());
      context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      log.debug("connection of {}: {}", context.channel().remoteAddress(), cause.toString());
      context.close();
    }
  }

  /**
   * Each HTTP/2 stream is a channel that looks like an HTTP/1.1 connection with a single request.
   */
  private final class Streams extends ChannelInitializer<Channel> {
    private final Peer peer;

    Streams(Peer peer) {
      this.peer = peer;
    }

    @Override
    protected void initChannel(Channel stream) {
      stream
          .pipeline()
          .addLast(
              new Http2StreamFrameToHttpObjectCodec(true),
              new RequestHandler(server, peer, settings.maxBodyBytes(), underWay));
    }
  }
}
