package dev.javernetes.apiserver.strategy.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.apiserver.strategy.Written;
import org.junit.jupiter.api.Test;

class EventStrategyTest {
  @Test
  void wantsTheObjectInTheEventsNamespace() {
    assertThat(
            Written.create(
                    new EventStrategy(),
                    """
                    {'metadata': {'name': 'a', 'namespace': 'shop'},
                     'involvedObject': {'namespace': 'other'}}\
                    """)
                .errors())
        .containsExactly(
            "involvedObject.namespace: Invalid value: \"other\": does not match event.namespace");
  }

  @Test
  void countsBytesNotCharacters() {
    assertThat(
            Written.create(
                    new EventStrategy(),
                    """
                    {'metadata': {'name': 'a', 'namespace': 'shop'},
                     'involvedObject': {'namespace': 'shop'}, 'eventTime': '2026-01-02T03:04:05Z',
                     'reportingComponent': 'c', 'reportingInstance': 'i', 'reason': 'r',
                     'action': '%s'}\
                    """
                        .formatted("é".repeat(65)))
                .errors())
        .containsExactly("action: Invalid value: \"\": can have at most 128 characters");
  }
}
