package dev.javernetes.launch.bench;

import dev.javernetes.launch.bench.Load.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** From the moment a create is sent until each of many watchers on its namespace has the event. */
final class WatchBench {
  private static final String CONFIG_MAPS =
      "/api/v1/namespaces/" + Target.NAMESPACE + "/configmaps";
  private static final int CREATES = 30;
  private static final int PATIENCE_SECONDS = 60;

  private final Target target;
  private final int watchers;
  private final ConcurrentHashMap<String, Arrival> arrivals = new ConcurrentHashMap<>();

  /**
   * When an object was sent, and each watcher's delay; {@code all} is down when every one has it.
   */
  private record Arrival(
      long sentNanos, ConcurrentHashMap<Integer, Long> delayNanos, CountDownLatch all) {}

  WatchBench(Target target, int watchers) {
    this.target = target;
    this.watchers = watchers;
  }

  List<Figure> run() throws Exception {
    SSLContext tls = target.connection().tls();
    List<HttpConnection> connections = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int i = 0; i < watchers; i++) {
          HttpConnection connection = new HttpConnection(target.connection(), tls);
          connections.add(connection);
          connection.send(
              "GET",
              CONFIG_MAPS + "?watch=true&resourceVersion=0",
              "Accept: application/json\r\n",
              Request.NO_BODY);
          if (connection.startStream() != 200) {
            throw new BenchException("watch " + i + " was refused");
          }
          int number = i;
          threads.execute(() -> follow(connection, number));
        }
        return creates(tls);
      } finally {
        for (HttpConnection connection : connections) {
          connection.close();
        }
      }
    }
  }

  private List<Figure> creates(SSLContext tls) throws IOException, InterruptedException {
    long[] delays = new long[CREATES * watchers];
    double cpu = target.servers().cpuSeconds();
    try (HttpConnection connection = new HttpConnection(target.connection(), tls)) {
      for (int i = 0; i < CREATES; i++) {
        String name = "event-" + i + "-";
        Arrival arrival =
            new Arrival(
                target.timers().nanoTime(),
                new ConcurrentHashMap<>(),
                new CountDownLatch(watchers));
        arrivals.put(name, arrival);
        byte[] body = Measurements.utf8("{\"metadata\":{\"name\":\"" + name + "x\"}}");
        if (connection.exchange("POST", CONFIG_MAPS, Request.JSON, body) != 201) {
          throw new BenchException("a ConfigMap was not created");
        }
        if (!arrival.all.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new BenchException(arrival.all.getCount() + " watchers did not get " + name);
        }
        int place = i * watchers;
        for (long delay : arrival.delayNanos.values()) {
          delays[place++] = delay;
        }
      }
    }
    Arrays.sort(delays);
    List<Figure> figures = new ArrayList<>();
    String what = watchers + " watchers, create to receipt";
    figures.add(Figure.millis(what + ": median", delays[delays.length / 2] / 1e6));
    figures.add(Figure.millis(what + ": p99", delays[(int) (delays.length * 0.99)] / 1e6));
    if (target.servers().known()) {
      figures.add(
          Figure.millis(
              what + ": server's processor time each create",
              (target.servers().cpuSeconds() - cpu) * 1000 / CREATES));
    }
    return figures;
  }

  private void follow(HttpConnection connection, int number) {
    try {
      while (true) {
        String line = connection.line();
        int at = line.indexOf("\"event-");
        if (at >= 0) {
          Arrival arrival = arrivals.get(line.substring(at + 1, line.indexOf("-x\"", at) + 1));
          long delay = target.timers().nanoTime();
          if (arrival != null
              && arrival.delayNanos.putIfAbsent(number, delay - arrival.sentNanos) == null) {
            arrival.all.countDown();
          }
        }
      }
    } catch (IOException closed) {
      // the measurement is over; a watch that ends sooner is missed by its latch
    }
  }
}
