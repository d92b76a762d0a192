package dev.javernetes.controllermanager.garbagecollector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnerGraphTest {
  private final OwnerGraph graph = new OwnerGraph();

  @Test
  void dependentsNeedALookWhenTheirOwnerGoes() {
    graph.put(object("owner"));
    assertThat(graph.put(object("dependent", "owner")).delete()).isEmpty();
    assertThat(graph.remove("owner").delete()).containsExactly("dependent");
  }

  @Test
  void anOwnerThatNobodySawIsLookedFor() {
    assertThat(graph.put(object("dependent", "owner")).delete()).containsExactly("owner");
    assertThat(graph.get("owner")).isNotNull().matches(OwnerGraph.View::virtual);
    graph.put(object("owner"));
    assertThat(graph.get("owner")).isNotNull().matches(view -> !view.virtual());
    assertThat(graph.dependents("owner")).hasSize(1);
  }

  @Test
  void aForegroundDeletionLooksAtDependentsAndThenAtTheOwnerAgain() {
    graph.put(object("owner"));
    graph.put(object("dependent", "owner"));
    assertThat(graph.put(deleting("owner", OwnerGraph.FOREGROUND)).delete())
        .containsExactlyInAnyOrder("dependent", "owner");
    assertThat(graph.blocking("owner")).hasSize(1);
    assertThat(graph.remove("dependent").delete()).containsExactly("owner");
    assertThat(graph.blocking("owner")).isEmpty();
  }

  @Test
  void orphaningIsLookedAtAsSuch() {
    graph.put(object("owner"));
    graph.put(object("dependent", "owner"));
    OwnerGraph.Looks looks = graph.put(deleting("owner", OwnerGraph.ORPHAN));
    assertThat(looks.orphan()).containsExactly("owner");
    assertThat(looks.delete()).isEmpty();
  }

  @Test
  void anOwnerInAnotherNamespaceIsNone() {
    graph.put(object("owner").withMetadata(meta("owner", "elsewhere", List.of())));
    assertThat(graph.put(object("dependent", "owner")).delete()).containsExactly("dependent");
  }

  @Test
  void nothingStaysBehind() {
    graph.put(object("a"));
    graph.put(object("b", "a", "ghost"));
    graph.remove("b");
    graph.remove("a");
    assertThat(graph.size()).isZero();
  }

  private static OwnedObject object(String uid, String... owners) {
    List<OwnerReference> references = new ArrayList<>();
    for (String owner : owners) {
      references.add(new OwnerReference("v1", "ConfigMap", owner, owner, null, true));
    }
    return new OwnedObject(
        new GroupVersionKind("", "v1", "ConfigMap"), meta(uid, "default", references));
  }

  private static OwnedObject deleting(String uid, String finalizer) {
    OwnedObject object = object(uid);
    return object.withMetadata(
        object.metadata().toBuilder()
            .deletionTimestamp(Instant.EPOCH)
            .finalizers(List.of(finalizer))
            .build());
  }

  private static ObjectMeta meta(String uid, String namespace, List<OwnerReference> owners) {
    return ObjectMeta.builder()
        .uid(uid)
        .name(uid)
        .namespace(namespace)
        .ownerReferences(owners)
        .build();
  }
}
