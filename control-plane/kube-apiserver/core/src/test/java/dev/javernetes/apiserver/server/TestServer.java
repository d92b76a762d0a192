package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.apiserver.authentication.AuthenticationSettings;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.FrameSource;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.apiserver.security.SecuritySettings;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** An API server over a store in memory, asked in process as an administrator. */
final class TestServer implements AutoCloseable {
  private static final UserInfo ADMIN = UserInfo.of("admin", UserInfo.MASTERS_GROUP);

  private final MvccStore store = InMemoryStore.open();
  private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
  private final KubeApiServer server;

  /** A response with its body read. */
  record Answer(int status, Headers headers, String body) {
    JsonObject json() {
      try {
        return Json.parseObject(body);
      } catch (JsonSyntaxException problem) {
        throw new AssertionError(body, problem);
      }
    }
  }

  TestServer() {
    this(FeatureGates.DEFAULT);
  }

  TestServer(FeatureGates features) {
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
                  features,
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

  Answer call(String method, String target, String body, String... headers) {
    return callAs(ADMIN, method, target, body, headers);
  }

  Answer callAs(UserInfo user, String method, String target, String body, String... headers) {
    int question = target.indexOf('?');
    Headers all = Headers.of(headers);
    if (!all.has("User-Agent")) {
      all.add("User-Agent", "test/1.0");
    }
    ApiResponse response =
        server.handle(
            ApiRequest.inProcess(
                method,
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                all,
                body.getBytes(StandardCharsets.UTF_8),
                user));
    return new Answer(response.status(), response.headers(), text(response.body()));
  }

  /** Sends any request; the caller closes the answer's body. */
  ApiResponse send(String method, String path, String query, Headers headers, byte[] body) {
    return server.handle(ApiRequest.inProcess(method, path, query, headers, body, ADMIN));
  }

  /** Forgets all history. */
  void compact() {
    if (store.revision() > store.compactRevision()) {
      store.compact(store.revision());
    }
  }

  Answer get(String target, String... headers) {
    return call("GET", target, "", headers);
  }

  Answer post(String target, String body) {
    return call("POST", target, body, "Content-Type", "application/json");
  }

  Answer patch(String target, String type, String body) {
    return call("PATCH", target, body, "Content-Type", "application/" + type);
  }

  private static String text(ApiResponse.Body body) {
    return switch (body) {
      case ApiResponse.Parts parts -> new String(parts.join(), StandardCharsets.UTF_8);
      case ApiResponse.Frames frames -> read(frames.source());
      case ApiResponse.Stream stream -> throw new AssertionError("stream");
      case ApiResponse.Upgrade upgrade -> throw new AssertionError("upgrade");
    };
  }

  /** All frames until the watch ends. */
  private static String read(FrameSource source) {
    List<String> frames = new ArrayList<>();
    Semaphore ready = new Semaphore(0);
    source.onReady(ready::release);
    try (source) {
      while (true) {
        FrameSource.Frame frame = source.poll();
        if (frame != null) {
          for (byte[] part : frame.parts()) {
            frames.add(new String(part, StandardCharsets.UTF_8));
          }
        } else if (source.ended()) {
          return String.join("", frames);
        } else if (!ready.tryAcquire(10, TimeUnit.SECONDS)) {
          throw new AssertionError("the watch does not end: " + frames);
        }
      }
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  @Override
  public void close() {
    server.close();
    scheduler.shutdownNow();
    store.close();
  }
}
