package dev.javernetes.apiserver.strategy.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.FakeObjects;
import dev.javernetes.apiserver.services.AddressRange;
import dev.javernetes.apiserver.services.PortBitmap;
import dev.javernetes.apiserver.strategy.Written;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceNetworkTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final GroupResource RANGES =
      new GroupResource("networking.k8s.io", "servicecidrs");

  private final MvccStore store = InMemoryStore.open();
  private final FakeObjects objects = new FakeObjects();
  private final ServiceNetwork network =
      new ServiceNetwork(
          List.of(AddressRange.parse("10.96.0.0/30")),
          new PortBitmap(store, 30_000, 30_010, new Random(1)),
          () -> objects,
          () -> objects,
          new Random(1));

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void givesAddressesOfAnotherRangeWhenItsOwnIsFull() throws Exception {
    assertThat(network.chooseAddress("IPv4", NOW)).isEqualTo("10.96.0.2");
    assertThatThrownBy(() -> network.chooseAddress("IPv4", NOW)).hasMessage("range is full");

    more("", "");
    assertThat(network.chooseAddress("IPv4", NOW)).startsWith("10.200.0.");
  }

  @Test
  void letsAnAddressOfAReadyRangeBeAskedFor() {
    assertThatThrownBy(() -> network.claimAddress("10.200.0.2", NOW, false))
        .hasMessage("the provided network does not match the current range");
    more("", "{'type': 'Ready', 'status': 'True'}");
    assertThatCode(() -> network.claimAddress("10.200.0.2", NOW, false)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "``, `{'type': 'Ready', 'status': 'False'}`",
        "`, 'deletionTimestamp': '2026-01-02T03:04:05Z'`, ``"
      })
  void givesNoneOfARangeThatGoes(String metadata, String conditions) {
    more(metadata, conditions);
    assertThatThrownBy(() -> network.claimAddress("10.200.0.2", NOW, false))
        .hasMessage("the provided network does not match the current range");
  }

  private void more(String metadata, String conditions) {
    objects.put(
        RANGES,
        Written.parse(
            """
            {'metadata': {'name': 'more'%s}, 'spec': {'cidrs': ['10.200.0.0/29']},
             'status': {'conditions': [%s]}}\
            """
                .formatted(metadata, conditions)));
  }
}
