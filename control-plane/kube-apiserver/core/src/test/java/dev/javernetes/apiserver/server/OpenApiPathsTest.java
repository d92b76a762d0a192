package dev.javernetes.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAPI and Tables as a client sees them. */
class OpenApiPathsTest {
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
  void theIndexNamesTheDocumentsThatUpstreamHas() throws Exception {
    JsonObject paths = server.get("/openapi/v3").json().objectOrEmpty("paths");
    assertThat(paths).containsKeys("api/v1", "apis/apps", "apis/apps/v1", "version");
    Path reference =
        Path.of(
            System.getProperty("j8s.reference", "../shared/reference"),
            "upstream",
            "openapi-v3-index.json");
    Assumptions.assumeTrue(Files.exists(reference), "no reference index here");
    assertThat(paths.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Json.parseObject(Files.readAllBytes(reference)).objectOrEmpty("paths").keySet());
  }

  @Test
  void aDocumentIsCachedByItsHash() {
    String url =
        String.valueOf(
            server.get("/openapi/v3").json().at("paths", "apis/apps/v1", "serverRelativeURL"));
    var document = server.get(url);
    assertThat(document.status()).isEqualTo(200);
    assertThat(document.headers().get("Cache-Control")).isEqualTo("public, immutable");
    assertThat(document.json().at("components", "schemas", "io.k8s.api.apps.v1.Deployment"))
        .isNotNull();
    var stale = server.get("/openapi/v3/apis/apps/v1?hash=OLD");
    assertThat(stale.status()).isEqualTo(301);
    assertThat(stale.headers().get("Location")).isEqualTo(url);
    assertThat(
            server
                .get("/openapi/v3/apis/apps/v1", "If-None-Match", document.headers().get("ETag"))
                .status())
        .isEqualTo(304);
    assertThat(server.get("/openapi/v3/apis/none/v1").status()).isEqualTo(404);
  }

  @Test
  void version2HoldsEverything() {
    JsonObject document = server.get("/openapi/v2").json();
    assertThat(document.string("swagger")).isEqualTo("2.0");
    assertThat(document.objectOrEmpty("paths"))
        .containsKeys(
            "/api/v1/namespaces/{namespace}/pods/{name}/log", "/apis/apps/v1/deployments");
  }

  @Test
  void aTableHasTheKindsColumns() {
    var table =
        server.get("/api/v1/namespaces", "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
    assertThat(table.json().objects("columnDefinitions"))
        .extracting(column -> column.string("name"))
        .containsExactly("Name", "Status", "Age");
  }
}
