package dev.javernetes.api.codec.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.javernetes.api.codec.decode.UntypedDecoder;
import dev.javernetes.api.machinery.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7386's situations, and where upstream's library goes its own way. */
class JsonMergePatchTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "replace | {\"a\":\"x\"} | {\"a\":\"y\"} | {\"a\":\"y\"}",
        "add | {\"a\":\"x\"} | {\"b\":\"y\"} | {\"a\":\"x\",\"b\":\"y\"}",
        "remove | {\"a\":\"x\",\"b\":1} | {\"a\":null} | {\"b\":1}",
        "remove what is not there | {\"b\":1} | {\"a\":null} | {\"b\":1}",
        "an array for a scalar | {\"a\":\"x\"} | {\"a\":[1]} | {\"a\":[1]}",
        "a scalar for an array | {\"a\":[1,2]} | {\"a\":\"x\"} | {\"a\":\"x\"}",
        "arrays are replaced | {\"a\":[{\"b\":1}]} | {\"a\":[2]} | {\"a\":[2]}",
        "deep | {\"a\":{\"b\":{\"c\":1,\"d\":2}}} | {\"a\":{\"b\":{\"c\":null}}} | {\"a\":{\"b\":{\"d\":2}}}",
        "an object for a scalar loses its nulls | {\"a\":1} | {\"a\":{\"b\":null,\"c\":2}} | {\"a\":{\"c\":2}}",
        "so do objects in a new array | {} | {\"a\":[{\"b\":null}]} | {\"a\":[{}]}",
        "but not in an array over an object | {\"a\":{}} | {\"a\":[{\"b\":null}]} | {\"a\":[{\"b\":null}]}",
        "nulls of an array stay | {} | {\"a\":[null,1]} | {\"a\":[null,1]}",
        "null becomes a value | {\"a\":null} | {\"a\":2} | {\"a\":2}",
        "touched objects are sorted | {\"z\":{\"y\":1,\"x\":2},\"a\":1} | {\"z\":{\"w\":3}} | {\"a\":1,\"z\":{\"w\":3,\"x\":2,\"y\":1}}",
        "untouched ones are not | {\"z\":{\"y\":1,\"x\":2}} | {\"a\":1} | {\"a\":1,\"z\":{\"y\":1,\"x\":2}}",
        "an array for the document | {\"a\":1} | [1,{\"b\":null}] | [1,{}]",
        "an empty patch | {\"a\":{\"b\":null}} | {} | {\"a\":{\"b\":null}}",
      })
  void merges(String name, String document, String patch, String expected) throws Exception {
    Object tree = tree(document);
    Object change = tree(patch);
    assertThat(Json.text(JsonMergePatch.apply(tree, change))).isEqualTo(expected);
    assertThat(Json.text(tree)).isEqualTo(document);
    assertThat(Json.text(change)).isEqualTo(patch);
  }

  @Test
  void nothingIsNoPatch() {
    PatchException refused =
        catchThrowableOfType(
            PatchException.class, () -> JsonMergePatch.apply(tree("{\"a\":1}"), null));
    assertThat(refused).hasMessage("Invalid JSON Patch");
    assertThat(refused.kind()).isEqualTo(PatchException.Kind.MALFORMED);
  }

  private static Object tree(String json) throws Exception {
    return Objects.requireNonNull(UntypedDecoder.decode(json.getBytes(StandardCharsets.UTF_8)));
  }
}
