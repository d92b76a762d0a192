package dev.javernetes.apiserver.printers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.TableColumns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablePrintersTest {
  private static final Instant NOW = Instant.parse("2026-01-02T04:00:00Z");
  private static final Path REFERENCE =
      Path.of(
          System.getProperty("j8s.reference", "../shared/reference"),
          "upstream",
          "table-columns.json");

  @Test
  void columnsAreUpstreams() throws Exception {
    Assumptions.assumeTrue(Files.exists(REFERENCE), "no reference columns here: " + REFERENCE);
    List<String> differences = new ArrayList<>();
    Json.parseObject(Files.readAllBytes(REFERENCE))
        .forEach((path, columns) -> compare(path, (List<?>) columns, differences));
    // the description of the signer's name is that of an older version of the API
    differences.removeIf(d -> d.contains("SignerName"));
    assertThat(differences).isEmpty();
  }

  private static void compare(String path, @Nullable List<?> published, List<String> differences) {
    String[] words = path.split("/");
    boolean core = words[1].equals("api");
    TableColumns ours = TablePrinters.forKind(core ? "" : words[2], words[words.length - 1]);
    List<String> ownLines = new ArrayList<>();
    for (TableColumns.Column c : ours.columns()) {
      ownLines.add(line(c.name(), c.type(), c.format(), c.priority(), c.description()));
    }
    List<String> lines = new ArrayList<>();
    for (Object column : published == null ? List.of() : published) {
      JsonObject c = (JsonObject) column;
      lines.add(
          line(
              c.string("name"),
              c.string("type"),
              c.string("format"),
              (int) c.integer("priority"),
              c.string("description")));
    }
    for (int i = 0; i < Math.max(lines.size(), ownLines.size()); i++) {
      String left = i < lines.size() ? lines.get(i) : "none";
      String right = i < ownLines.size() ? ownLines.get(i) : "none";
      if (!left.equals(right)) {
        differences.add(path + ": " + left + " and " + right);
      }
    }
  }

  private static String line(
      String name, String type, String format, int priority, String description) {
    int enumeration = description.indexOf("\n\nPossible enum values");
    String text = enumeration < 0 ? description : description.substring(0, enumeration);
    return name + " " + type + " " + format + " " + priority + " " + text.replaceAll("\\s+", " ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"phase":"Pending"}|0/1|Pending|0
          {"phase":"Running","containerStatuses":[{"name":"a","ready":true,"state":{"running":{}}}]}|1/1|Running|0
          {"phase":"Running","containerStatuses":[{"name":"a","restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"finishedAt":"2026-01-02T03:59:00Z"}}}]}|0/1|CrashLoopBackOff|3 (60s ago)
          {"phase":"Succeeded","containerStatuses":[{"name":"a","state":{"terminated":{"reason":"Completed","exitCode":0}}}]}|0/1|Completed|0
          {"phase":"Failed","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":2}}}]}|0/1|ExitCode:2|0
          {"phase":"Failed","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":137,"signal":9}}}]}|0/1|Signal:9|0
          {"phase":"Failed","reason":"Evicted"}|0/1|Evicted|0
          {"phase":"Pending","conditions":[{"type":"PodScheduled","reason":"SchedulingGated"}]}|0/1|SchedulingGated|0
          {"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"waiting":{"reason":"PodInitializing"}}}]}|0/1|Init:0/0|0
          {"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"waiting":{"reason":"ErrImagePull"}}}]}|0/1|Init:ErrImagePull|0
          {"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":2,"state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}|0/1|Init:Error|2
          """)
  void podsSayHowTheyAre(String status, String ready, String text, String restarts)
      throws Exception {
    JsonObject pod =
        JsonObject.of(
            "metadata",
            JsonObject.of("name", "web", "creationTimestamp", "2026-01-02T03:00:00Z"),
            "spec",
            Json.parseObject("{\"containers\":[{\"name\":\"a\"}]}"),
            "status",
            Json.parseObject(status));
    List<Object> cells = cells("", "pods", pod);
    assertThat(cells.subList(0, 5)).containsExactly("web", ready, text, restarts, "60m");
    assertThat(cells.subList(5, 9)).containsOnly("<none>");
  }

  @Test
  void aDeletedPodIsTerminating() throws Exception {
    JsonObject pod =
        Json.parseObject(
            "{\"metadata\":{\"name\":\"web\",\"deletionTimestamp\":\"2026-01-02T03:00:00Z\"},"
                + "\"status\":{\"phase\":\"Running\"}}");
    assertThat(cells("", "pods", pod).subList(2, 5))
        .containsExactly("Terminating", "0", "<unknown>");
  }

  @Test
  void servicesShowWhereTheyAreReached() throws Exception {
    JsonObject service =
        Json.parseObject(
            """
            {"metadata":{"name":"web","creationTimestamp":"2026-01-02T03:00:00Z"},
             "spec":{"type":"LoadBalancer","clusterIPs":["10.96.0.7"],"externalIPs":["1.1.1.1"],
               "ports":[{"port":80,"nodePort":30080,"protocol":"TCP"},{"port":53,"protocol":"UDP"}],
               "selector":{"b":"2","a":"1"}},
             "status":{"loadBalancer":{"ingress":[{"ip":"9.9.9.9"},{"hostname":"lb.example"}]}}}
            """);
    assertThat(cells("", "services", service))
        .containsExactly(
            "web",
            "LoadBalancer",
            "10.96.0.7",
            "9.9.9.9,lb.example,1.1.1.1",
            "80:30080/TCP,53/UDP",
            "60m",
            "a=1,b=2");
  }

  @Test
  void nodesShowRolesAndReadiness() throws Exception {
    JsonObject node =
        Json.parseObject(
            """
            {"metadata":{"name":"n","creationTimestamp":"2026-01-02T03:59:55Z",
               "labels":{"node-role.kubernetes.io/worker":"","node-role.kubernetes.io/control-plane":""}},
             "spec":{"unschedulable":true},
             "status":{"conditions":[{"type":"Ready","status":"False"}],
               "addresses":[{"type":"InternalIP","address":"10.0.0.1"}],
               "nodeInfo":{"kubeletVersion":"v1.36.0","kernelVersion":"6.1","architecture":"amd64"}}}
            """);
    assertThat(cells("", "nodes", node))
        .containsExactly(
            "n",
            "NotReady,SchedulingDisabled",
            "control-plane,worker",
            "5s",
            "v1.36.0",
            "10.0.0.1",
            "<none>",
            "<unknown>",
            "6.1 (amd64)",
            "<unknown>");
  }

  @Test
  void autoscalersShowTheirMetrics() throws Exception {
    JsonObject autoscaler =
        Json.parseObject(
            """
            {"metadata":{"name":"h"},
             "spec":{"scaleTargetRef":{"kind":"Deployment","name":"web"},"maxReplicas":5,
               "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"averageUtilization":80}}},
                          {"type":"Pods","pods":{"target":{"averageValue":"10"}}},
                          {"type":"External","external":{"target":{"value":"3"}}}]},
             "status":{"currentMetrics":[{"type":"Resource","resource":{"current":{"averageUtilization":7}}}]}}
            """);
    assertThat(cells("autoscaling", "horizontalpodautoscalers", autoscaler))
        .containsExactly(
            "h",
            "Deployment/web",
            "cpu: 7%/80%, <unknown>/10 + 1 more...",
            "<unset>",
            5L,
            0L,
            "<unknown>");
  }

  @Test
  void customColumnsFollowTheirPaths() throws Exception {
    List<JsonObject> columns =
        List.of(
            JsonObject.of("name", "Size", "type", "integer", "jsonPath", ".spec.size"),
            JsonObject.of("name", "Tags", "type", "string", "jsonPath", ".spec.tags"),
            JsonObject.of("name", "First", "type", "string", "jsonPath", ".spec.tags[0]"),
            JsonObject.of(
                "name",
                "Ready",
                "type",
                "string",
                "jsonPath",
                ".status.conditions[?(@.type==\"Ready\")].status"),
            JsonObject.of(
                "name",
                "Owner",
                "type",
                "string",
                "jsonPath",
                ".metadata.labels.example\\.com/owner"),
            JsonObject.of("name", "When", "type", "date", "jsonPath", ".spec.when"),
            JsonObject.of("name", "No", "type", "string", "jsonPath", ".spec.none"));
    JsonObject object =
        Json.parseObject(
            """
            {"metadata":{"name":"a","labels":{"example.com/owner":"me"}},
             "spec":{"size":3,"tags":["x","y"],"when":"2026-01-02T03:58:00Z"},
             "status":{"conditions":[{"type":"Other","status":"x"},{"type":"Ready","status":"True"}]}}
            """);
    assertThat(TablePrinters.forCustomResource(columns).cells(object, NOW))
        .containsExactly("a", 3L, "[\"x\",\"y\"]", "x", "True", "me", "2m", null);
  }

  private static List<Object> cells(String group, String plural, JsonObject object) {
    List<Object> cells = new ArrayList<>();
    TablePrinters.forKind(group, plural).cells(object, NOW).forEach(cells::add);
    return cells;
  }
}
