package dev.javernetes.apiserver.strategy.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.apiserver.strategy.Written;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusRightsTest {
  private static final String ALLOCATED =
      """
      {'allocation': {'nodeSelector': {'nodeSelectorTerms': [{'matchFields': [
        {'key': 'metadata.name', 'operator': 'In', 'values': ['n1']}]}]}}, 'devices': [%s]}\
      """;
  private static final String DEVICE =
      "{'driver': 'd.example.com', 'pool': 'p', 'device': '0', 'data': {'a': %s}}";

  private final List<String> asked = new ArrayList<>();

  @Test
  void asksNothingIfNothingChanges() {
    String status = ALLOCATED.formatted(DEVICE.formatted("1"));
    assertThat(errors("n1", status, status)).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void bindsOnlyWhoMayBind() {
    assertThat(errors("n1", "{}", ALLOCATED.formatted("")))
        .containsExactly(
            "status.allocation: Forbidden: changing status.allocation or status.reservedFor"
                + " requires resource=\"resourceclaims/binding\", verb=\"update\" permission: no");
    assertThat(asked).containsExactly("update binding  ");
  }

  @Test
  void asksADriverOfTheNodeForItsNodeFirst() {
    assertThat(errors("n1", ALLOCATED.formatted(""), ALLOCATED.formatted(DEVICE.formatted("1"))))
        .containsExactly(
            "status.devices: Forbidden: changing status.devices requires"
                + " resource=\"resourceclaims/driver\","
                + " verb=\"[associated-node:update arbitrary-node:update]\" permission: no");
    assertThat(asked)
        .containsExactly(
            "associated-node:update driver shop d.example.com",
            "arbitrary-node:update driver shop d.example.com");
  }

  @Test
  void asksADriverOfAnotherNodeForAllNodes() {
    errors(
        "n2",
        ALLOCATED.formatted(DEVICE.formatted("1")),
        ALLOCATED.formatted(DEVICE.formatted("2")));
    assertThat(asked).containsExactly("arbitrary-node:update driver shop d.example.com");
  }

  private List<String> errors(String node, String before, String after) {
    UserInfo user =
        new UserInfo(
            "system:serviceaccount:shop:driver",
            "",
            List.of(),
            Map.of("authentication.kubernetes.io/node-name", List.of(node)));
    StrategyContext context =
        new StrategyContext(
            user,
            new GroupVersionKind("resource.k8s.io", "v1", "ResourceClaim"),
            "shop",
            "status",
            "update",
            false,
            Instant.EPOCH);
    ErrorList errors = new ErrorList();
    new StatusRights(
            (who, verb, namespace, subresource, name) -> {
              asked.add(String.join(" ", verb, subresource, namespace, name));
              return "no";
            })
        .check(context, Written.parse(after), Written.parse(before), errors);
    return errors.asList().stream().map(FieldError::toString).toList();
  }
}
