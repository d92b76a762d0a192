package dev.javernetes.kubelet.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.ContainerMetadata;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.cri.v1.PodSandboxMetadata;
import dev.javernetes.cri.v1.PodSandboxState;
import dev.javernetes.kubelet.cri.CriLabels;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeadContainersTest {
  @Test
  void theNewestDeadOnePerNameStays() {
    assertThat(
            DeadContainers.superfluous(
                List.of(
                    dead("web", 1),
                    dead("web", 3),
                    dead("web", 2),
                    dead("side", 1),
                    running("web", 4))))
        .extracting(Container::getId)
        .containsExactlyInAnyOrder("web1", "web2");
  }

  @Test
  void oldSandboxesGoWhenTheirContainersHaveGone() {
    List<PodSandbox> sandboxes = List.of(sandbox("s1", 1), sandbox("s2", 2), sandbox("s3", 3));
    Container in1 = dead("web", 1).toBuilder().setPodSandboxId("s1").build();
    assertThat(DeadContainers.superfluous(sandboxes, List.of(in1)))
        .extracting(PodSandbox::getId)
        .containsExactly("s2");
  }

  private static Container dead(String name, long created) {
    return running(name, created).toBuilder().setState(ContainerState.CONTAINER_EXITED).build();
  }

  private static Container running(String name, long created) {
    return Container.newBuilder()
        .setId(name + created)
        .setMetadata(ContainerMetadata.newBuilder().setName(name))
        .setState(ContainerState.CONTAINER_RUNNING)
        .setCreatedAt(created)
        .putLabels(CriLabels.POD_UID, "u1")
        .build();
  }

  private static PodSandbox sandbox(String id, long created) {
    return PodSandbox.newBuilder()
        .setId(id)
        .setMetadata(PodSandboxMetadata.newBuilder().setUid("u1"))
        .setState(PodSandboxState.SANDBOX_NOTREADY)
        .setCreatedAt(created)
        .build();
  }
}
