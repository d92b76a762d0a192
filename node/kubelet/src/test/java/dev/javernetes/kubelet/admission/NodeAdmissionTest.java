package dev.javernetes.kubelet.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeSpec;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.kubelet.Pods;
import dev.javernetes.kubelet.status.StatusInputs.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class NodeAdmissionTest {
  private static final Node NODE =
      Node.builder()
          .metadata(
              ObjectMeta.builder().name("n1").labels(Map.of("disk", "ssd", "gen", "7")).build())
          .spec(
              NodeSpec.builder()
                  .taints(
                      List.of(Taint.builder().key("bad").value("x").effect("NoExecute").build()))
                  .build())
          .build();
  private static final String TOLERATES = "'tolerations':[{'key':'bad','operator':'Exists'}]";

  @Test
  void resourcesMustFitBesideTheOthers() {
    Pod two =
        Pods.pod(
            "{" + TOLERATES + ",'containers':[{'name':'a','resources':{'requests':{'cpu':'2'}}}]}");
    assertThat(check(two, List.of())).isNull();
    Verdict refused = Objects.requireNonNull(check(two, List.of(two)));
    assertThat(refused.reason()).isEqualTo("OutOfcpu");
    assertThat(refused.message())
        .isEqualTo(
            "Pod was rejected: Node didn't have enough resource: cpu, requested: 2000, used: 2000, capacity: 3000");
  }

  @Test
  void selectorAffinityTaintsAndPortsCount() {
    assertThat(reason("{" + TOLERATES + ",'nodeSelector':{'disk':'hdd'}}"))
        .isEqualTo("NodeAffinity");
    assertThat(reason("{}")).isEqualTo("TaintToleration");
    assertThat(reason("{'os':{'name':'windows'}}")).isEqualTo("PodOSNotSupported");
    assertThat(reason("{" + TOLERATES + "," + affinity("gen", "Gt", "6") + "}"))
        .isEqualTo("admitted");
    assertThat(reason("{" + TOLERATES + "," + affinity("gen", "Lt", "7") + "}"))
        .isEqualTo("NodeAffinity");
    assertThat(reason("{" + TOLERATES + "," + affinity("disk", "NotIn", "hdd") + "}"))
        .isEqualTo("admitted");
    Pod port =
        Pods.pod(
            "{"
                + TOLERATES
                + ",'containers':[{'name':'a','ports':[{'hostPort':80,'containerPort':80}]}]}");
    Verdict refused = Objects.requireNonNull(check(port, List.of(port)));
    assertThat(refused.reason()).isEqualTo("NodePorts");
  }

  private static String affinity(String key, String operator, String value) {
    return """
    'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[
      {'matchExpressions':[{'key':'%s','operator':'%s','values':['%s']}]}]}}}\
    """
        .formatted(key, operator, value);
  }

  private static String reason(String spec) {
    Verdict verdict = check(Pods.pod(spec), List.of());
    return verdict == null ? "admitted" : verdict.reason();
  }

  private static @Nullable Verdict check(Pod pod, List<Pod> active) {
    return NodeAdmission.check(
        pod, active, NODE, Map.of("cpu", Quantity.parse("3"), "pods", Quantity.of(10)), false);
  }
}
