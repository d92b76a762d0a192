package dev.javernetes.apiserver.watchcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.apiserver.registry.SelectableField;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectScannerTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{'source': {'component': 'kubelet'}, 'reporter': 'new'}`, kubelet",
        "`{'source': {}, 'reporter': 'new'}`, new",
        "`{'reporter': 'new', 'source': {'component': ''}}`, new"
      })
  void takesAnotherFieldsValueForAnEmptyOne(String object, String expected) {
    ObjectScanner scanner =
        new ObjectScanner(
            List.of(
                SelectableField.of("reporter"),
                new SelectableField("source", List.of("source", "component"), "", "reporter")));
    byte[] json = object.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThat(scanner.scan(json).fieldValues()).containsExactly("new", expected);
  }
}
