package dev.javernetes.api.machinery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1000m, 1",
    "1500m, 1500m",
    "0.5, 500m",
    "1000, 1k",
    "1024, 1024",
    "1Ki, 1Ki",
    "1024Ki, 1Mi",
    "0.5Gi, 512Mi",
    "1.5Gi, 1536Mi",
    "100Mi, 100Mi",
    "1000Ki, 1000Ki",
    "512Ki, 512Ki",
    "0.1Ki, 102400m",
    "1e3, 1e3",
    "12e-1, 1200e-3",
    "5E, 5E",
    "3000000k, 3G",
    "+2, 2",
    "-1500m, -1500m",
    ".5, 500m",
    "5., 5",
    "1n, 1n",
    "0.1n, 1n",
    "100000000000000000000, 9223372036854775807",
    "1Ei, 1Ei",
    "2048, 2048",
    "0.5Ki, 512",
    "1000000, 1M",
    "1234567, 1234567",
    "10e6, 10e6"
  })
  void writesCanonically(String text, String canonical) {
    assertThat(Quantity.parse(text)).hasToString(canonical);
    assertThat(Quantity.parse(canonical)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1.2.3", "1 Gi", "Gi", "-", "1Gix", "1ee3"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void computes() {
    Quantity sum = Quantity.parse("100m").add(Quantity.parse("1"));
    assertThat(sum).hasToString("1100m");
    assertThat(sum.milliValue()).isEqualTo(1100);
    assertThat(sum.value()).isEqualTo(2);
    assertThat(Quantity.parse("1Gi"))
        .isEqualTo(Quantity.of(1L << 30))
        .hasSameHashCodeAs(Quantity.of(1L << 30));
    assertThat(Quantity.ZERO.add(Quantity.parse("1Gi"))).hasToString("1Gi");
  }

  @Test
  void percentagesRoundAsAsked() {
    assertThat(IntOrString.of("25%").scaledValue(10, true)).isEqualTo(3);
    assertThat(IntOrString.of("25%").scaledValue(10, false)).isEqualTo(2);
    assertThat(IntOrString.of(4).scaledValue(10, false)).isEqualTo(4);
    assertThatThrownBy(() -> IntOrString.of("x").scaledValue(1, true))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
