package dev.javernetes.apiserver.strategy.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.apiserver.strategy.Written;
import org.junit.jupiter.api.Test;

class EndpointSliceStrategyTest {
  @Test
  void takesAwayTheTopologyThatV1HasNoRoomFor() {
    Written written =
        Written.create(
            new EndpointSliceStrategy(),
            """
            {'metadata': {'name': 'a'}, 'addressType': 'IPv4', 'endpoints': [
              {'addresses': ['10.0.0.1'], 'deprecatedTopology': {'rack': 'r1'}}]}\
            """);
    assertThat(written.errors()).isEmpty();
    assertThat(written.object().objects("endpoints").getFirst().has("deprecatedTopology"))
        .isFalse();
  }

  @Test
  void refusesAnAddressOfTheOtherFamily() {
    assertThat(
            Written.create(
                    new EndpointSliceStrategy(),
                    """
                    {'metadata': {'name': 'a'}, 'addressType': 'IPv6', 'endpoints': [
                      {'addresses': ['10.0.0.1']}]}\
                    """)
                .errors())
        .containsExactly(
            "endpoints[0].addresses: Invalid value: \"10.0.0.1\": must be an IPv6 address");
  }
}
