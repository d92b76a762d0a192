package dev.javernetes.api.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommentTest {

  @Test
  void proseAndMarkersPartWays() {
    Comment comment =
        Comment.parse(
            List.of(
                "Ports the container listens on.",
                "More of it.",
                "+optional",
                "+listType=map",
                "+listMapKey=containerPort",
                "+listMapKey=protocol",
                "TODO: tidy up",
                "--- not for the public",
                "nor this"));
    assertThat(comment.description()).isEqualTo("Ports the container listens on. More of it.");
    assertThat(comment.has("optional")).isTrue();
    assertThat(comment.marker("listType")).isEqualTo("map");
    assertThat(comment.markers("listMapKey")).containsExactly("containerPort", "protocol");
  }

  @Test
  void indentedLinesStayLines() {
    Comment comment = Comment.parse(List.of("One of:", " - a", " - b", "as it likes."));
    assertThat(comment.description()).isEqualTo("One of:\n - a\n - b\nas it likes.");
  }

  @Test
  void paragraphsComeFromTheTextThatKeptThem() {
    Comment comment = Comment.parse(List.of("First.", "Second  with two spaces."));
    assertThat(comment.withParagraphsOf("First.  Second  with two spaces.").description())
        .isEqualTo("First.\n\nSecond  with two spaces.");
    assertThat(comment.withParagraphsOf("Other words.").description()).isEqualTo("Other words.");
    assertThat(comment.withParagraphsOf("Other words.", false)).isEqualTo(comment);
    assertThat(comment.withParagraphsOf("")).isEqualTo(comment);
  }

  @Test
  void commentsAreFoundByMessageAndFieldNumber() throws Exception {
    ProtoComments comments = new ProtoComments();
    comments.read(
        new BufferedReader(
            new StringReader(
                """
                  public interface ThingOrBuilder extends
                      // @@protoc_insertion_point(interface_extends:k8s.io.api.core.v1.Thing)
                    /**
                     * <pre>
                     * How many &lt;things&gt;.
                     * +optional
                     * </pre>
                     *
                     * <code>optional int32 count = 3;</code>
                     */
                    boolean hasCount();
                  }
                  /**
                   * <pre>
                   * A thing.
                   * </pre>
                   *
                   * Protobuf type {@code k8s.io.api.core.v1.Thing}
                   */
                """)));
    assertThat(comments.ofMessage("k8s.io.api.core.v1.Thing").description()).isEqualTo("A thing.");
    Comment field = comments.ofField("k8s.io.api.core.v1.Thing", 3);
    assertThat(field.description()).isEqualTo("How many <things>.");
    assertThat(field.has("optional")).isTrue();
    assertThat(comments.ofField("k8s.io.api.core.v1.Thing", 4)).isEqualTo(Comment.NONE);
  }

  @Test
  void namesFollowTheirWorlds() {
    assertThat(Names.openApi("k8s.io.api.apps.v1.Deployment"))
        .isEqualTo("io.k8s.api.apps.v1.Deployment");
    assertThat(Names.openApi("k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSON"))
        .isEqualTo("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON");
    assertThat(Names.javaPackage("k8s.io.api.rbac.v1"))
        .isEqualTo("dev.javernetes.api.model.rbac.v1");
    assertThat(Names.component("x-kubernetes-list-type")).isEqualTo("xKubernetesListType");
    assertThat(Names.component("$ref")).isEqualTo("ref");
    assertThat(Names.component("default")).isEqualTo("default_");
    assertThat(Names.bare("uID")).isEqualTo(Names.bare("uid"));
    assertThat(Sources.group("k8s.io.api.flowcontrol.v1"))
        .isEqualTo("flowcontrol.apiserver.k8s.io");
  }
}
