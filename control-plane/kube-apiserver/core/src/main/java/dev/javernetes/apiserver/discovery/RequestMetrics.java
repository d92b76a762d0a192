package dev.javernetes.apiserver.discovery;

import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.RequestInfo;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}: how many requests of which kind there were and how long they took, how many
 * objects there are, in Prometheus' text format under upstream's names.
 */
public final class RequestMetrics {
  private static final double[] BUCKETS_SECONDS = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45,
    60
  };

  /** More label sets than this are not told apart: a client could make them up. */
  private static final int LIMIT = 5_000;

  /** Durations of one kind of request. */
  private static final class Durations {
    final LongAdder[] counts = new LongAdder[BUCKETS_SECONDS.length + 1];
    final LongAdder nanos = new LongAdder();

    Durations() {
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
    }

    void add(long taken) {
      double seconds = taken / 1e9;
      int bucket = 0;
      while (bucket < BUCKETS_SECONDS.length && seconds > BUCKETS_SECONDS[bucket]) {
        bucket++;
      }
      counts[bucket].increment();
      nanos.add(taken);
    }
  }

  private final Map<String, LongAdder> totals = new ConcurrentHashMap<>();
  private final Map<String, Durations> durations = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private final Supplier<Map<String, Integer>> objects;

  /** {@code objects}: how many there are of each resource. */
  public RequestMetrics(LongSupplier nanoTime, Supplier<Map<String, Integer>> objects) {
    this.nanoTime = nanoTime;
    this.objects = objects;
  }

  public void finished(RequestInfo info, String method, int code, long startNanos) {
    String verb =
        info.isResourceRequest() ? info.verb().toUpperCase(java.util.Locale.ROOT) : method;
    String scope =
        !info.isResourceRequest()
            ? ""
            : !info.name().isEmpty()
                ? "resource"
                : info.namespace().isEmpty() ? "cluster" : "namespace";
    // of what failed only the code: its resource may not exist
    boolean known = code != 404;
    String of =
        "component=\"apiserver\",dry_run=\"\",group=\""
            + (known ? label(info.apiGroup()) : "")
            + "\",resource=\""
            + (known ? label(info.resource()) : "")
            + "\",scope=\""
            + scope
            + "\",subresource=\""
            + (known ? label(info.subresource()) : "")
            + "\",verb=\""
            + label(verb)
            + "\",version=\""
            + (known ? label(info.apiVersion()) : "")
            + "\"";
    String total = "code=\"" + code + "\"," + of;
    LongAdder count = totals.get(total);
    if (count == null && totals.size() < LIMIT) {
      count = totals.computeIfAbsent(total, unused -> new LongAdder());
    }
    if (count != null) {
      count.increment();
    }
    Durations taken = durations.get(of);
    if (taken == null && durations.size() < LIMIT) {
      taken = durations.computeIfAbsent(of, unused -> new Durations());
    }
    if (taken != null) {
      taken.add(nanoTime.getAsLong() - startNanos);
    }
  }

  /** {@code null} for any other path. */
  public @Nullable ApiResponse handle(ApiRequest request) {
    if (!request.path().equals("/metrics")) {
      return null;
    }
    return ApiResponse.of(
        200, "text/plain; version=0.0.4; charset=utf-8", text().getBytes(StandardCharsets.UTF_8));
  }

  private String text() {
    StringBuilder out = new StringBuilder(64 << 10);
    head(
        out,
        "apiserver_request_total",
        "counter",
        "Requests, by what they were about and the code they were answered with.");
    new TreeMap<>(totals)
        .forEach((labels, count) ->
            out.append("apiserver_request_total{")
                .append(labels)
                .append("} ")
                .append(count.sum())
                .append('\n'));
    head(
        out,
        "apiserver_request_duration_seconds",
        "histogram",
        "How long requests took to be answered.");
    new TreeMap<>(durations).forEach((labels, taken) -> histogram(out, labels, taken));
    head(out, "apiserver_storage_objects", "gauge", "Stored objects, by resource.");
    new TreeMap<>(objects.get())
        .forEach((resource, count) ->
            out.append("apiserver_storage_objects{resource=\"")
                .append(label(resource))
                .append("\"} ")
                .append(count)
                .append('\n'));
    return out.toString();
  }

  private static void histogram(StringBuilder out, String labels, Durations taken) {
    String name = "apiserver_request_duration_seconds";
    long sum = 0;
    for (int i = 0; i <= BUCKETS_SECONDS.length; i++) {
      sum += taken.counts[i].sum();
      String bound = i == BUCKETS_SECONDS.length ? "+Inf" : bound(BUCKETS_SECONDS[i]);
      out.append(name)
          .append("_bucket{")
          .append(labels)
          .append(",le=\"")
          .append(bound)
          .append("\"} ")
          .append(sum)
          .append('\n');
    }
    out.append(name)
        .append("_sum{")
        .append(labels)
        .append("} ")
        .append(taken.nanos.sum() / 1e9)
        .append('\n');
    out.append(name).append("_count{").append(labels).append("} ").append(sum).append('\n');
  }

  private static String bound(double seconds) {
    return seconds == Math.rint(seconds)
        ? Long.toString(Math.round(seconds))
        : Double.toString(seconds);
  }

  private static void head(StringBuilder out, String name, String type, String about) {
    out.append("# HELP ").append(name).append(' ').append(about).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static String label(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
