package dev.javernetes.controllermanager.endpointslice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.model.discovery.v1.Endpoint;
import dev.javernetes.api.model.discovery.v1.EndpointPort;
import dev.javernetes.api.model.discovery.v1.EndpointSlice;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.controllermanager.endpointslice.SlicePlan.Group;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SlicePlanTest {
  private static final List<EndpointPort> PORTS =
      List.of(new EndpointPort("http", "TCP", 8080, null));

  @Test
  void afterAnyHistoryEveryEndpointStandsInExactlyOneSlice() {
    Random random = new Random(42);
    List<EndpointSlice> slices = new ArrayList<>();
    TreeSet<Integer> wanted = new TreeSet<>();
    int names = 0;
    for (int step = 0; step < 300; step++) {
      for (int change = random.nextInt(20); change > 0; change--) {
        int number = random.nextInt(200);
        if (!wanted.remove(number)) {
          wanted.add(number);
        }
      }
      List<Endpoint> endpoints = wanted.stream().map(SlicePlanTest::endpoint).toList();
      SlicePlan plan =
          SlicePlan.of(
              ObjectMeta.builder().generateName("web-").build(),
              "IPv4",
              List.of(new Group(PORTS, endpoints)),
              slices,
              10);
      slices.removeIf(slice ->
          plan.delete().contains(slice)
              || plan.update().stream()
                  .anyMatch(u -> u.metadata().name().equals(slice.metadata().name())));
      slices.addAll(plan.update());
      for (EndpointSlice created : plan.create()) {
        slices.add(
            created.toBuilder()
                .metadata(created.metadata().toBuilder().name("web-" + names++).build())
                .build());
      }
      List<String> have =
          slices.stream()
              .flatMap(slice -> slice.endpoints().stream())
              .map(endpoint -> endpoint.addresses().getFirst())
              .sorted()
              .toList();
      assertThat(have)
          .isEqualTo(
              endpoints.stream()
                  .map(endpoint -> endpoint.addresses().getFirst())
                  .sorted(Comparator.naturalOrder())
                  .toList());
      assertThat(slices).isNotEmpty().allMatch(slice -> slice.endpoints().size() <= 10);
    }
  }

  @Test
  void nothingChangesWhereNothingChanged() {
    List<Group> groups = List.of(new Group(PORTS, List.of(endpoint(1), endpoint(2))));
    EndpointSlice present =
        SlicePlan.of(ObjectMeta.EMPTY, "IPv4", groups, List.of(), 100).create().getFirst();
    SlicePlan again = SlicePlan.of(ObjectMeta.EMPTY, "IPv4", groups, List.of(present), 100);
    assertThat(again).isEqualTo(new SlicePlan(List.of(), List.of(), List.of()));
  }

  private static Endpoint endpoint(int number) {
    return Endpoint.builder().addresses(List.of("10.0.0." + number)).build();
  }
}
