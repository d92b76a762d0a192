package dev.javernetes.launch.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;

/**
 * The same kind of request many times, by some clients that each wait for their answer.
 *
 * <pre>{@code
 * Load.Outcome outcome = new Load(target, 64).run(5000, n -> Request.create("c" + n));
 * outcome.figures("ConfigMap create, 64 clients");
 * }</pre>
 */
final class Load {
  private final Target target;
  private final int clients;

  Load(Target target, int clients) {
    this.target = target;
    this.clients = clients;
  }

  /** One request; {@code headers} end with a line break each. */
  record Request(String method, String path, String headers, byte[] body) {
    static final byte[] NO_BODY = {};
    static final String JSON = "Content-Type: application/json\r\n";

    static Request get(String path, String accept) {
      return new Request("GET", path, "Accept: " + accept + "\r\n", NO_BODY);
    }
  }

  /**
   * @param cpuMillis of the servers, for one request; NaN if they are not known
   */
  record Outcome(double perSecond, double medianMillis, double p99Millis, double cpuMillis) {
    List<Figure> figures(String what) {
      List<Figure> figures = new ArrayList<>();
      figures.add(Figure.perSecond(what, perSecond));
      figures.add(Figure.millis(what + ": median", medianMillis));
      figures.add(Figure.millis(what + ": p99", p99Millis));
      if (!Double.isNaN(cpuMillis)) {
        figures.add(Figure.millis(what + ": server's processor time each", cpuMillis));
      }
      return figures;
    }
  }

  /** Sends requests 0 to {@code count - 1}; any answer but 2xx ends it with an exception. */
  Outcome run(int count, IntFunction<Request> requests) throws Exception {
    SSLContext tls = target.connection().tls();
    AtomicInteger next = new AtomicInteger();
    long[] nanos = new long[count];
    List<HttpConnection> connections = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients; i++) {
        connections.add(new HttpConnection(target.connection(), tls));
      }
      double cpu = target.servers().cpuSeconds();
      long start = target.timers().nanoTime();
      List<Future<Void>> running = new ArrayList<>();
      for (HttpConnection connection : connections) {
        running.add(threads.submit(client(connection, next, nanos, requests)));
      }
      for (Future<Void> one : running) {
        one.get();
      }
      double seconds = (target.timers().nanoTime() - start) / 1e9;
      double cpuMillis =
          target.servers().known()
              ? (target.servers().cpuSeconds() - cpu) * 1000 / count
              : Double.NaN;
      Arrays.sort(nanos);
      return new Outcome(
          count / seconds, nanos[count / 2] / 1e6, nanos[count * 99 / 100] / 1e6, cpuMillis);
    } finally {
      for (HttpConnection connection : connections) {
        connection.close();
      }
    }
  }

  private Callable<Void> client(
      HttpConnection connection, AtomicInteger next, long[] nanos, IntFunction<Request> requests) {
    return () -> {
      for (int n = next.getAndIncrement(); n < nanos.length; n = next.getAndIncrement()) {
        Request request = requests.apply(n);
        long before = target.timers().nanoTime();
        send(connection, request);
        nanos[n] = target.timers().nanoTime() - before;
      }
      return null;
    };
  }

  private static void send(HttpConnection connection, Request request) throws IOException {
    int status =
        connection.exchange(request.method(), request.path(), request.headers(), request.body());
    if (status / 100 != 2) {
      throw new BenchException(request.method() + " " + request.path() + " answered " + status);
    }
  }
}
