package dev.javernetes.kubelet.probe;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * {@code grpc.health.v1.Health/Check}, see github.com/grpc/grpc/blob/master/doc/health-checking.md.
 * Its two messages are small enough to write by hand.
 */
final class GrpcHealth {
  private static final int SERVING = 1;
  private static final String[] NAMES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

  private static final MethodDescriptor<String, Integer> CHECK =
      MethodDescriptor.<String, Integer>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("grpc.health.v1.Health/Check")
          .setRequestMarshaller(new Request())
          .setResponseMarshaller(new Response())
          .build();

  private GrpcHealth() {}

  /** Asks once, over a connection of its own. */
  static ProbeAnswer check(String host, int port, String service, Duration timeout) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new InetSocketAddress(host, port))
            .usePlaintext()
            .userAgent("kube-probe/1.36")
            .directExecutor()
            .build();
    String target = host + ":" + port;
    try {
      int status =
          ClientCalls.blockingUnaryCall(
              channel,
              CHECK,
              CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
              service);
      if (status == SERVING) {
        return ProbeAnswer.success("service healthy");
      }
      String name = status >= 0 && status < NAMES.length ? NAMES[status] : "UNKNOWN";
      return ProbeAnswer.failure("service unhealthy (responded with \"" + name + "\")");
    } catch (StatusRuntimeException problem) {
      return ProbeAnswer.failure(text(problem, target, timeout));
    } finally {
      channel.shutdownNow();
    }
  }

  private static String text(StatusRuntimeException problem, String target, Duration timeout) {
    Status.Code code = problem.getStatus().getCode();
    return switch (code) {
      case UNIMPLEMENTED ->
          "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
              + problem.getStatus().getDescription();
      case DEADLINE_EXCEEDED ->
          "timeout: health rpc did not complete within "
              + dev.javernetes.kubelet.container.GoDuration.text(timeout);
      case UNAVAILABLE ->
          "error: failed to connect service \""
              + target
              + "\": "
              + problem.getStatus().getDescription();
      default -> "error: health rpc probe failed: " + problem.getStatus();
    };
  }

  private static final class Request implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String service) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        if (!service.isEmpty()) {
          out.writeString(1, service);
        }
        out.flush();
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
      return new ByteArrayInputStream(bytes.toByteArray());
    }

    @Override
    public String parse(InputStream stream) {
      throw new UnsupportedOperationException("only sent");
    }
  }

  private static final class Response implements MethodDescriptor.Marshaller<Integer> {
    @Override
    public InputStream stream(Integer status) {
      throw new UnsupportedOperationException("only received");
    }

    @Override
    public Integer parse(InputStream stream) {
      try {
        CodedInputStream in = CodedInputStream.newInstance(stream);
        int status = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          if (tag == 8) { // field 1, varint
            status = in.readEnum();
          } else {
            in.skipField(tag);
          }
        }
        return status;
      } catch (IOException problem) {
        throw new UncheckedIOException(problem);
      }
    }
  }
}
