package dev.javernetes.launch.bench;

import dev.javernetes.launch.bench.Load.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** All that can be measured on a cluster that runs, in the order of the table. */
public final class Measurements {
  private static final String CONFIG_MAPS =
      "/api/v1/namespaces/" + Target.NAMESPACE + "/configmaps";
  private static final int ONE_CLIENT = 400;
  private static final int MANY_CLIENTS = 4000;
  private static final int CLIENTS = 64;
  private static final int PATCHED = 200;

  private Measurements() {}

  /**
   * @param image what pods run
   * @param pods how many are started one after the other
   * @param replicas of the Deployment
   * @param listed how many pods of 5 KB are listed
   */
  public record Sizes(String image, int pods, int replicas, int listed, int watchers) {}

  public static List<Measurement> all(Sizes sizes) {
    return List.of(
        measurement("create", Measurements::create),
        measurement("update", Measurements::update),
        measurement("get", Measurements::get),
        measurement("patch", Measurements::patch),
        measurement("watch", target -> new WatchBench(target, sizes.watchers()).run()),
        measurement("list", target -> new ListBench(target, sizes.listed()).run()),
        measurement("pods", target -> new PodBench(target, sizes.image()).toRunning(sizes.pods())),
        measurement(
            "deployment",
            target -> new PodBench(target, sizes.image()).deployment(sizes.replicas())));
  }

  private static Measurement measurement(String name, Run run) {
    return new Measurement() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Figure> run(Target target) throws Exception {
        return target.inNamespace(() -> run.on(target));
      }
    };
  }

  private interface Run {
    List<Figure> on(Target target) throws Exception;
  }

  private static List<Figure> create(Target target) throws Exception {
    List<Figure> figures = new ArrayList<>();
    figures.addAll(
        new Load(target, 1)
            .run(ONE_CLIENT, n -> creation("one-" + n))
            .figures("ConfigMap create, 1 client"));
    figures.addAll(
        new Load(target, CLIENTS)
            .run(MANY_CLIENTS, n -> creation("many-" + n))
            .figures("ConfigMap create, 64 clients"));
    return figures;
  }

  private static List<Figure> update(Target target) throws Exception {
    new Load(target, CLIENTS).run(PATCHED, n -> creation("c" + n));
    return new Load(target, CLIENTS)
        .run(
            MANY_CLIENTS,
            n ->
                new Request(
                    "PUT",
                    CONFIG_MAPS + "/c" + n % PATCHED,
                    Request.JSON,
                    configMap("c" + n % PATCHED, "v" + n)))
        .figures("ConfigMap update, 64 clients");
  }

  private static List<Figure> get(Target target) throws Exception {
    new Load(target, CLIENTS).run(PATCHED, n -> creation("c" + n));
    return new Load(target, CLIENTS)
        .run(
            3 * MANY_CLIENTS,
            n -> Request.get(CONFIG_MAPS + "/c" + n % PATCHED, "application/json"))
        .figures("ConfigMap get, 64 clients");
  }

  private static List<Figure> patch(Target target) throws Exception {
    String pods = "/api/v1/namespaces/" + Target.NAMESPACE + "/pods";
    new Load(target, CLIENTS)
        .run(PATCHED, n -> new Request("POST", pods, Request.JSON, BenchPods.pod("p" + n, 1)));
    List<Figure> figures = new ArrayList<>();
    figures.addAll(
        new Load(target, CLIENTS)
            .run(
                MANY_CLIENTS / 2,
                n ->
                    new Request(
                        "PATCH",
                        pods + "/p" + n % PATCHED,
                        "Content-Type: application/strategic-merge-patch+json\r\n",
                        utf8("{\"metadata\":{\"labels\":{\"round\":\"r" + n + "\"}}}")))
            .figures("strategic merge patch of a pod, 64 clients"));
    figures.addAll(
        new Load(target, CLIENTS)
            .run(
                MANY_CLIENTS / 2,
                n ->
                    new Request(
                        "PATCH",
                        CONFIG_MAPS + "/a" + n % PATCHED + "?fieldManager=bench&force=true",
                        "Content-Type: application/apply-patch+yaml\r\n",
                        configMap("a" + n % PATCHED, "v" + n)))
            .figures("apply of a ConfigMap, 64 clients"));
    return figures;
  }

  private static Request creation(String name) {
    return new Request("POST", CONFIG_MAPS, Request.JSON, configMap(name, "value"));
  }

  private static byte[] configMap(String name, String value) {
    return utf8(
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
            + name
            + "\",\"labels\":{\"app\":\"bench\"}},\"data\":{\"key\":\""
            + value
            + "\",\"other\":\""
            + "x".repeat(200)
            + "\"}}");
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
