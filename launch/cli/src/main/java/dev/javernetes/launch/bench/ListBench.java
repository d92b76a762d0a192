package dev.javernetes.launch.bench;

import dev.javernetes.launch.bench.Load.Request;
import java.util.ArrayList;
import java.util.List;

/** Lists of many pods: whole, and by a label that one in a hundred has. */
final class ListBench {
  private static final String PODS = "/api/v1/namespaces/" + Target.NAMESPACE + "/pods";
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
  private static final int ROUNDS = 5;
  private static final int SELECTIONS = 50;

  private final Target target;
  private final int pods;

  ListBench(Target target, int pods) {
    this.target = target;
    this.pods = pods;
  }

  List<Figure> run() throws Exception {
    new Load(target, 64)
        .run(pods, n -> new Request("POST", PODS, Request.JSON, BenchPods.pod("p" + n, n)));
    List<Figure> figures = new ArrayList<>();
    figures.add(median("LIST of " + pods + " pods, JSON", PODS, JSON, ROUNDS));
    figures.add(median("LIST of " + pods + " pods, protobuf", PODS, PROTOBUF, ROUNDS));
    String rare = PODS + "?labelSelector=rare%3Dyes";
    figures.add(median("LIST by label of 1 % of " + pods + " pods", rare, JSON, SELECTIONS));
    if (target.servers().known()) {
      figures.add(
          new Figure(
              "resident memory with " + pods + " pods",
              target.servers().residentMegabytes(),
              Figure.Unit.MEGABYTES));
    }
    return figures;
  }

  private Figure median(String what, String path, String accept, int rounds) throws Exception {
    return Figure.millis(
        what, new Load(target, 1).run(rounds, n -> Request.get(path, accept)).medianMillis());
  }
}
