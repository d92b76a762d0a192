package dev.javernetes.kubelet;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.cri.v1.ContainerMetadata;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.ContainerStatus;
import dev.javernetes.cri.v1.PodSandboxMetadata;
import dev.javernetes.cri.v1.PodSandboxNetworkStatus;
import dev.javernetes.cri.v1.PodSandboxState;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.PodView;
import java.util.ArrayList;
import java.util.List;

/** Readable pods and what runs of them. */
public final class Pods {
  private Pods() {}

  /** {@code spec} is JSON with single quotes: {@code {'containers':[{'name':'web'}]}}. */
  public static Pod pod(String spec) {
    return of("{'metadata':{'name':'web','namespace':'default','uid':'u1'},'spec':" + spec + "}");
  }

  public static Pod of(String json) {
    try {
      return Pod.fromJson(Json.parseObject(json.replace('\'', '"')));
    } catch (JsonSyntaxException problem) {
      throw new IllegalArgumentException(json, problem);
    }
  }

  /** A view built step by step; each container is newer than the one before. */
  public static final class View {
    private final List<PodSandboxStatus> sandboxes = new ArrayList<>();
    private final List<ContainerView> containers = new ArrayList<>();
    private long time = 1;

    public View sandbox(boolean ready) {
      sandboxes.add(
          PodSandboxStatus.newBuilder()
              .setId("s" + sandboxes.size())
              .setMetadata(PodSandboxMetadata.newBuilder().setAttempt(sandboxes.size()))
              .setState(ready ? PodSandboxState.SANDBOX_READY : PodSandboxState.SANDBOX_NOTREADY)
              .setCreatedAt(time++)
              .setNetwork(PodSandboxNetworkStatus.newBuilder().setIp("10.0.0.1"))
              .build());
      return this;
    }

    public View running(String name) {
      return add(name, ContainerState.CONTAINER_RUNNING, 0);
    }

    public View exited(String name, int code) {
      return add(name, ContainerState.CONTAINER_EXITED, code);
    }

    public View created(String name) {
      return add(name, ContainerState.CONTAINER_CREATED, 0);
    }

    private View add(String name, ContainerState state, int code) {
      long now = time++;
      containers.add(
          new ContainerView(
              "s" + (sandboxes.size() - 1),
              ContainerStatus.newBuilder()
                  .setId(name + "-" + now)
                  .setMetadata(ContainerMetadata.newBuilder().setName(name))
                  .setState(state)
                  .setCreatedAt(now)
                  .setStartedAt(now)
                  .setFinishedAt(state == ContainerState.CONTAINER_EXITED ? now : 0)
                  .setExitCode(code)
                  .build()));
      return this;
    }

    public PodView build() {
      return new PodView("u1", sandboxes, containers);
    }
  }
}
