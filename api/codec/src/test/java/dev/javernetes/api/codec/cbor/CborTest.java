package dev.javernetes.api.codec.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CborTest {
  private static @Nullable Object read(String hex) throws DecodeException {
    return CborReader.read(HexFormat.of().parseHex(hex));
  }

  private static String hex(Object tree) {
    return HexFormat.of().formatHex(CborWriter.bytes(tree));
  }

  @Test
  void writesTheSameBytesForTheSameTree() throws Exception {
    String written = hex(Json.parseObject("{\"bb\":[1,-1,1.5,null,true],\"a\":\"x\"}"));
    assertThat(written).isEqualTo("d9d9f7a24161417842626285" + "0120f93e00f6f5");
    assertThat(hex(Json.parseObject("{\"a\":\"x\",\"bb\":[1,-1,1.5,null,true]}")))
        .isEqualTo(written);
  }

  @Test
  void numbersTakeTheirShortestForm() {
    assertThat(hex(1000L)).endsWith("1903e8");
    assertThat(hex(Long.MIN_VALUE)).endsWith("3b7fffffffffffffff");
    assertThat(hex(100000.0)).endsWith("fa47c35000");
    assertThat(hex(1.1)).endsWith("fb3ff199999999999a");
  }

  @Test
  void readsWhatOthersWrite() throws Exception {
    assertThat(read("bf6161019f0203ffff".replace("019f", "9f01")))
        .isEqualTo(Json.parseObject("{\"a\":[1,2,3]}")); // indefinite lengths
    assertThat(read("d64161")).isEqualTo("YQ=="); // bytes to be shown in base64
    assertThat(read("c11a514b67b0")).isEqualTo("2013-03-21T20:04:00Z");
    assertThat(read("d9d9f7a141614162")).isEqualTo(JsonObject.of("a", "b"));
  }

  @Test
  void refusesWhatJsonCannotSay() {
    for (String bad :
        new String[] {
          "",
          "a1",
          "f97e00",
          "f7",
          "1bffffffffffffffff",
          "c24101",
          "61ff",
          "a2410101410102",
          "a10102",
          "0101",
          "9bffffffffffffffff",
          "5bffffffffffffffff",
          "1c",
          "ff",
          "81".repeat(400) + "01"
        }) {
      assertThatThrownBy(() -> read(bad)).as(bad).isInstanceOf(DecodeException.class);
    }
  }

  @Test
  void noiseIsAnsweredWithDecodeException() {
    Random random = new Random(7);
    byte[] noise = new byte[40];
    for (int i = 0; i < 20_000; i++) {
      random.nextBytes(noise);
      try {
        CborReader.read(noise);
      } catch (DecodeException expected) {
        // and nothing else
      }
    }
  }
}
