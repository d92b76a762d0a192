package dev.javernetes.apiserver.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.field.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpRulesTest {
  @ParameterizedTest
  @CsvSource({
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "0:0:0:0:0:0:0:0, ::",
    "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
    "fe80::1, fe80::1",
    "010.1.2.3, 10.1.2.3"
  })
  void knowsTheUsualForm(String written, String usual) {
    IpRules.Address address = Objects.requireNonNull(IpRules.parse(written));
    assertThat(IpRules.text(address)).isEqualTo(usual);
    List<String> warnings = new ArrayList<>();
    IpRules.warn(written, FieldPath.of("ip"), warnings);
    assertThat(warnings).hasSize(written.equals(usual) ? 0 : 1);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/24, 0",
    "10.0.0.1/24, 1",
    "010.0.0.0/24, 1",
    "2001:DB8::/32, 1",
    "not an address, 0"
  })
  void warnsOfRangesThatAreNotInTheirUsualForm(String written, int count) {
    List<String> warnings = new ArrayList<>();
    IpRules.warnCidr(written, FieldPath.of("cidr"), warnings);
    assertThat(warnings).hasSize(count);
  }
}
