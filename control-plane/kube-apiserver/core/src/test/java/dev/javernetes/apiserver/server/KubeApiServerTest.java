package dev.javernetes.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The verbs on a plain kind, in process. */
class KubeApiServerTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void createdObjectIsReadListedPatchedAndDeleted() {
    String path = "/api/v1/namespaces/default/configmaps";
    var created =
        server.post(
            path,
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"data\":{\"x\":\"1\"}}");
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    var read = server.get(path + "/a");
    assertThat(read.status()).as(read.body()).isEqualTo(200);
    assertThat(read.json()).isEqualTo(created.json());
    var list = server.get(path + "?labelSelector=!x");
    assertThat(list.json().objects("items"))
        .extracting(item -> item.objectOrEmpty("metadata").string("name"))
        .contains("a");
    var patched =
        server.call(
            "PATCH",
            path + "/a",
            "{\"data\":{\"y\":\"2\"}}",
            "Content-Type",
            "application/strategic-merge-patch+json");
    assertThat(patched.json().objectOrEmpty("data").stringMap("x")).isEmpty();
    assertThat(patched.json().objectOrEmpty("data").string("y")).isEqualTo("2");
    var deleted = server.call("DELETE", path + "/a", "");
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.json().string("kind")).isEqualTo("Status");
    assertThat(server.get(path + "/a").status()).isEqualTo(404);
  }

  @Test
  void watchTellsOfEveryChangeSinceAResourceVersion() {
    String path = "/api/v1/namespaces/default/secrets";
    String from = server.get(path).json().objectOrEmpty("metadata").string("resourceVersion");
    server.post(path, "{\"metadata\":{\"name\":\"s\"},\"stringData\":{\"k\":\"v\"}}");
    server.call("DELETE", path + "/s", "");
    var seen = server.get(path + "?watch=1&timeoutSeconds=1&resourceVersion=" + from);
    assertThat(seen.body().lines().map(line -> line.substring(0, 15)))
        .containsExactly("{\"type\":\"ADDED\"", "{\"type\":\"DELETE");
  }

  @Test
  void discoveryNamesTheResources() {
    assertThat(server.get("/apis/apps/v1").json().objects("resources"))
        .extracting(resource -> resource.string("name"))
        .contains("deployments", "deployments/scale");
    assertThat(server.get("/readyz").body()).isEqualTo("ok");
  }
}
