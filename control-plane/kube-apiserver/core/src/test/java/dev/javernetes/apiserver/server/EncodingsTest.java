package dev.javernetes.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which form an answer has, and which bodies are too much. */
final class EncodingsTest {
  private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
  private static final String META = ";g=meta.k8s.io;v=v1";

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
  void metadataAloneHasAProtobufForm() {
    TestServer.Answer list =
        server.get(
            "/api/v1/namespaces", "Accept", PROTOBUF + ";as=PartialObjectMetadataList" + META);
    assertThat(list.status()).isEqualTo(200);
    assertThat(list.headers().get("Content-Type")).isEqualTo(PROTOBUF);
    assertThat(list.body()).startsWith("k8s\0").contains("PartialObjectMetadataList", "default");
  }

  @Test
  void aTableHasNone() {
    String table = PROTOBUF + ";as=Table" + META;
    assertThat(server.get("/api/v1/namespaces", "Accept", table).status()).isEqualTo(406);
    TestServer.Answer plain =
        server.get("/api/v1/namespaces", "Accept", table + ",application/json");
    assertThat(plain.json().string("kind")).isEqualTo("NamespaceList");
  }

  @Test
  void deepBodiesAreRefused() {
    for (String type : new String[] {"application/json", "application/yaml"}) {
      String body = "{\"spec\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
      TestServer.Answer answer =
          server.call("POST", "/api/v1/namespaces/default/pods", body, "Content-Type", type);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().string("message")).contains("exceeded max depth");
    }
    String patch = "{\"spec\":" + "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_001);
    for (String type : new String[] {"merge-patch+json", "strategic-merge-patch+json"}) {
      assertThat(
              server
                  .call(
                      "PATCH",
                      "/api/v1/namespaces/default",
                      patch,
                      "Content-Type",
                      "application/" + type)
                  .status())
          .isEqualTo(400);
    }
  }
}
