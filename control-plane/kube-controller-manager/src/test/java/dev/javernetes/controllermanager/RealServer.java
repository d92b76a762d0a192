package dev.javernetes.controllermanager;

import dev.javernetes.apiserver.authentication.AuthenticationSettings;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.FrameSource;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.apiserver.security.SecuritySettings;
import dev.javernetes.apiserver.server.KubeApiServer;
import dev.javernetes.apiserver.server.KubeApiServerOptions;
import dev.javernetes.client.Transport;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** The real API server over a store in memory, and transports to it as different users. */
public final class RealServer implements AutoCloseable {
  private final MvccStore store = InMemoryStore.open();
  private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
  private final KubeApiServer server;

  public RealServer() {
    try {
      server =
          KubeApiServer.start(
              new KubeApiServerOptions(
                  store,
                  SecuritySettings.standard(
                      AuthenticationSettings.standard(
                          List.of(),
                          List.of(),
                          KeyPairGenerator.getInstance("RSA").generateKeyPair())),
                  KubeApiServerOptions.Network.standard("127.0.0.1", 6443),
                  null,
                  new KubeApiServerOptions.Runtime(
                      Clock.systemUTC(),
                      System::nanoTime,
                      new Random(1),
                      scheduler,
                      Executors.newVirtualThreadPerTaskExecutor())));
      server.awaitReady();
    } catch (NoSuchAlgorithmException problem) {
      throw new AssertionError(problem);
    }
  }

  public Transport as(String user, String... groups) {
    String[] all = Arrays.copyOf(groups, groups.length + 1);
    all[groups.length] = UserInfo.AUTHENTICATED_GROUP;
    return new Direct(UserInfo.of(user, all));
  }

  @Override
  public void close() {
    server.close();
    scheduler.shutdownNow();
    store.close();
  }

  private final class Direct implements Transport {
    private final UserInfo user;

    Direct(UserInfo user) {
      this.user = user;
    }

    @Override
    public Response send(Request request) {
      Headers headers = new Headers();
      request.headers().forEach(headers::add);
      String query =
          request.query().stream()
              .map(p -> p.name() + "=" + URLEncoder.encode(p.value(), StandardCharsets.UTF_8))
              .collect(Collectors.joining("&"));
      byte[] body = request.body();
      ApiResponse response =
          server.handle(
              ApiRequest.inProcess(
                  request.method(),
                  request.path(),
                  query,
                  headers,
                  body == null ? new byte[0] : body,
                  user));
      InputStream stream =
          switch (response.body()) {
            case ApiResponse.Parts parts -> new ByteArrayInputStream(parts.join());
            case ApiResponse.Frames frames -> new Frames(frames.source());
            case ApiResponse.Stream other -> other.input();
            case ApiResponse.Upgrade upgrade -> throw new AssertionError("upgrade");
          };
      return new Response(
          response.status(),
          Map.of(),
          stream,
          () -> {
            try {
              stream.close();
            } catch (IOException problem) {
              throw new AssertionError(problem);
            }
            response.body().close();
          });
    }

    @Override
    public void close() {}
  }

  private static final class Frames extends InputStream {
    private final FrameSource source;
    private final Semaphore ready = new Semaphore(0);
    private InputStream current = InputStream.nullInputStream();
    private volatile boolean closed;

    Frames(FrameSource source) {
      this.source = source;
      source.onReady(ready::release);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      while (true) {
        int count = current.read(into, offset, length);
        if (count >= 0) {
          return count;
        }
        if (closed) {
          throw new IOException("closed");
        }
        FrameSource.Frame frame = source.poll();
        if (frame != null) {
          int size = 0;
          for (byte[] part : frame.parts()) {
            size += part.length;
          }
          byte[] all = new byte[size];
          int position = 0;
          for (byte[] part : frame.parts()) {
            System.arraycopy(part, 0, all, position, part.length);
            position += part.length;
          }
          current = new ByteArrayInputStream(all);
        } else if (source.ended()) {
          return -1;
        } else {
          try {
            ready.acquire();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
          }
        }
      }
    }

    @Override
    public void close() {
      closed = true;
      source.close();
      ready.release();
    }
  }
}
