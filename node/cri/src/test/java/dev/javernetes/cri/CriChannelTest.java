package dev.javernetes.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.cri.v1.RuntimeServiceGrpc;
import dev.javernetes.cri.v1.VersionRequest;
import dev.javernetes.cri.v1.VersionResponse;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriChannelTest {
  @TempDir Path dir;

  @Test
  void callsAServerOnAUnixSocket() throws Exception {
    Assumptions.assumeTrue(Epoll.isAvailable(), "epoll needs Linux");
    Path socket = dir.resolve("cri.sock");
    var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    var server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .directExecutor()
            .addService(new Versions())
            .build()
            .start();
    try (var channel = CriChannel.open(CriEndpoint.parse("unix://" + socket), Runnable::run)) {
      var answer = channel.runtime().version(VersionRequest.newBuilder().setVersion("v1").build());
      assertThat(answer.getRuntimeName()).isEqualTo("asked by v1");
    } finally {
      server.shutdownNow();
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  @Test
  void endpointIsAUnixSocketOrRefused() {
    assertThat(CriEndpoint.parse("/run/x.sock")).isEqualTo(CriEndpoint.parse("unix:///run/x.sock"));
    assertThat(CriEndpoint.parse("/run/x.sock")).hasToString("unix:///run/x.sock");
    assertThatThrownBy(() -> CriEndpoint.parse("tcp://localhost:1"))
        .hasMessageContaining("unix:///path/to.sock");
    assertThatThrownBy(() -> CriEndpoint.parse("x.sock")).hasMessageContaining("absolute");
    assertThatThrownBy(() -> CriEndpoint.parse("/" + "x".repeat(120))).hasMessageContaining("107");
  }

  private static final class Versions extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> answer) {
      answer.onNext(
          VersionResponse.newBuilder().setRuntimeName("asked by " + request.getVersion()).build());
      answer.onCompleted();
    }
  }
}
