package dev.javernetes.api.machinery.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonWriterTest {

  @Test
  void writesMembersInOrderAndNoSpaces() {
    JsonObject tree =
        JsonObject.of(
            "b", 1L,
            "a", new ArrayList<Object>(Arrays.asList("x", null, true, false, -12L)),
            "o", new JsonObject());
    assertThat(Json.text(tree)).isEqualTo("{\"b\":1,\"a\":[\"x\",null,true,false,-12],\"o\":{}}");
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "3,3",
    "-3,-3",
    "0.5,0.5",
    "1e20,100000000000000000000",
    "1e21,1e+21",
    "1.5e300,1.5e+300",
    "1e-6,0.000001",
    "1e-7,1e-7",
    "-2.5e-9,-2.5e-9",
    "123456.789,123456.789"
  })
  void writesFloatsAsGoDoes(double number, String text) {
    assertThat(Json.text(number)).isEqualTo(text);
  }

  @Test
  void escapesWhatMustBe() {
    assertThat(Json.text("a\"b\\c\n\r\t\b\f\u0001"))
        .isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0001\"");
  }

  @Test
  void halfASurrogatePairBecomesTheReplacementCharacter() {
    assertThat(Json.text("x\uD83Dy")).isEqualTo("\"x\uFFFDy\"");
    assertThat(Json.text("\uDE00")).isEqualTo("\"\uFFFD\"");
  }

  @Test
  void refusesWhatJsonHasNot() {
    assertThatThrownBy(() -> Json.bytes(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Json.bytes(new Object())).isInstanceOf(IllegalArgumentException.class);
  }

  /** Strings of every kind, at every length around the buffer's growth. */
  @Test
  void whatIsWrittenIsReadAgain() throws JsonSyntaxException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    String[] alphabet = {"a", "\"", "\\", "\n", "\u0000", "é", "€", "😀", "\u007f", "z"};
    for (int length = 0; length < 3000; length += 1 + length / 10) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < length; i++) {
        text.append(alphabet[random.nextInt(alphabet.length)]);
      }
      JsonObject tree = JsonObject.of(text.toString(), new ArrayList<Object>(List.of(text + "!")));
      assertThat(Json.parseObject(Json.bytes(tree))).isEqualTo(tree);
    }
  }
}
