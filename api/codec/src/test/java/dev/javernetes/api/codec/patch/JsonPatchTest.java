package dev.javernetes.api.codec.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.javernetes.api.codec.decode.UntypedDecoder;
import dev.javernetes.api.machinery.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The situations of RFC 6902's appendix A, and those where upstream's library goes its own way. */
class JsonPatchTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A.1 add a member | {\"x\":1} | [{\"op\":\"add\",\"path\":\"/y\",\"value\":2}] | {\"x\":1,\"y\":2}",
        "A.2 add an element | {\"l\":[1,3]} | [{\"op\":\"add\",\"path\":\"/l/1\",\"value\":2}] | {\"l\":[1,2,3]}",
        "A.3 remove a member | {\"x\":1,\"y\":2} | [{\"op\":\"remove\",\"path\":\"/y\"}] | {\"x\":1}",
        "A.4 remove an element | {\"l\":[1,2,3]} | [{\"op\":\"remove\",\"path\":\"/l/1\"}] | {\"l\":[1,3]}",
        "A.5 replace | {\"x\":1,\"y\":2} | [{\"op\":\"replace\",\"path\":\"/x\",\"value\":9}] | {\"x\":9,\"y\":2}",
        "A.6 move a value | {\"a\":{\"m\":1},\"b\":{}} | [{\"op\":\"move\",\"from\":\"/a/m\",\"path\":\"/b/n\"}] | {\"a\":{},\"b\":{\"n\":1}}",
        "A.7 move an element | {\"l\":[1,2,3]} | [{\"op\":\"move\",\"from\":\"/l/0\",\"path\":\"/l/2\"}] | {\"l\":[2,3,1]}",
        "A.8 test success | {\"x\":1,\"l\":[1]} | [{\"op\":\"test\",\"path\":\"/l/0\",\"value\":1}] | {\"l\":[1],\"x\":1}",
        "A.10 add nested | {\"x\":1} | [{\"op\":\"add\",\"path\":\"/c\",\"value\":{\"d\":{}}}] | {\"c\":{\"d\":{}},\"x\":1}",
        "A.11 ignore unknown members | {\"x\":1} | [{\"op\":\"add\",\"path\":\"/y\",\"value\":2,\"odd\":5}] | {\"x\":1,\"y\":2}",
        "A.14 escapes | {\"/\":9,\"~1\":10} | [{\"op\":\"test\",\"path\":\"/~01\",\"value\":10}] | {\"/\":9,\"~1\":10}",
        "A.16 append an array | {\"l\":[1]} | [{\"op\":\"add\",\"path\":\"/l/-\",\"value\":[2]}] | {\"l\":[1,[2]]}",
        "copy | {\"a\":{\"m\":1}} | [{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"}] | {\"a\":{\"m\":1},\"b\":{\"m\":1}}",
        "replace adds what is absent | {\"x\":1} | [{\"op\":\"replace\",\"path\":\"/y\",\"value\":2}] | {\"x\":1,\"y\":2}",
        "add without value adds null | {\"x\":1} | [{\"op\":\"add\",\"path\":\"/y\"}] | {\"x\":1,\"y\":null}",
        "no leading slash | {\"x\":1} | [{\"op\":\"add\",\"path\":\"q/y\",\"value\":2}] | {\"x\":1,\"y\":2}",
        "negative index | {\"l\":[1,2]} | [{\"op\":\"remove\",\"path\":\"/l/-1\"}] | {\"l\":[1]}",
        "null is the empty patch | {\"x\":1} | null | {\"x\":1}",
      })
  void applies(String name, String document, String patch, String expected) throws Exception {
    Object result = JsonPatch.parse(bytes(patch)).apply(UntypedDecoder.decode(bytes(document)));
    assertThat(Json.text(result)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A.9 test failure | {\"x\":1} | [{\"op\":\"test\",\"path\":\"/x\",\"value\":2}]",
        "A.12 parent is missing | {\"x\":1} | [{\"op\":\"add\",\"path\":\"/b/c\",\"value\":2}]",
        "A.15 a string is no number | {\"~1\":10} | [{\"op\":\"test\",\"path\":\"/~01\",\"value\":\"10\"}]",
        "remove the absent | {\"x\":1} | [{\"op\":\"remove\",\"path\":\"/y\"}]",
        "index beyond the end | {\"l\":[]} | [{\"op\":\"add\",\"path\":\"/l/1\",\"value\":2}]",
        "unknown operation | {\"x\":1} | [{\"op\":\"spin\",\"path\":\"/y\"}]",
        "no operation | {\"x\":1} | [null]",
        "no path | {\"x\":1} | [{\"op\":\"add\",\"value\":1}]",
      })
  void doesNotApply(String name, String document, String patch) throws Exception {
    JsonPatch parsed = JsonPatch.parse(bytes(patch));
    Object tree = UntypedDecoder.decode(bytes(document));
    PatchException refused = catchThrowableOfType(PatchException.class, () -> parsed.apply(tree));
    assertThat(refused.kind()).isEqualTo(PatchException.Kind.DOES_NOT_APPLY);
    assertThat(Json.text(tree)).isEqualTo(document);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1] | error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp",
        "\"x\" | error decoding patch: json: cannot unmarshal string into Go value of type []handlers.jsonPatchOp",
        "[ | error decoding patch: unexpected end of JSON input",
      })
  void malformed(String patch, String message) {
    PatchException refused =
        catchThrowableOfType(PatchException.class, () -> JsonPatch.parse(bytes(patch)));
    assertThat(refused).hasMessage(message);
  }

  @Test
  void limitsOperations() {
    String operations = "[" + "{\"op\":\"test\",\"path\":\"\"},".repeat(10_000) + "{}]";
    PatchException refused =
        catchThrowableOfType(PatchException.class, () -> JsonPatch.parse(bytes(operations)));
    assertThat(refused)
        .hasMessage(
            "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001");
    assertThat(refused.kind()).isEqualTo(PatchException.Kind.TOO_LARGE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
