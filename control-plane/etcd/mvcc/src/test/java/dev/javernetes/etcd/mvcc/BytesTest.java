package dev.javernetes.etcd.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Order, prefixes and ranges of keys; and finding ranges by key. */
class BytesTest {
  @Test
  void aPrefixEndsBehindItsLastKey() {
    assertThat(Bytes.utf8("/registry/pods/").prefixEnd()).isEqualTo(Bytes.utf8("/registry/pods0"));
    assertThat(Bytes.wrap(new byte[] {1, -1, -1}).prefixEnd())
        .isEqualTo(Bytes.wrap(new byte[] {2}));
    assertThat(Bytes.wrap(new byte[] {-1, -1}).prefixEnd()).isNull();
    assertThat(Bytes.EMPTY.prefixEnd()).isNull();
  }

  @Test
  void aSingleKeyIsARangeOfOne() {
    KeyRange single = KeyRange.single(Bytes.utf8("a"));
    assertThat(single.isSingle()).isTrue();
    assertThat(single.contains(Bytes.utf8("a"))).isTrue();
    assertThat(single.contains(Bytes.utf8("a\0"))).isFalse();
    assertThat(KeyRange.prefix("a").isSingle()).isFalse();
  }

  @Test
  void unprintableBytesAreShownAsNumbers() {
    assertThat(Bytes.wrap(new byte[] {'a', 0, -1, '\\'})).hasToString("a\\x00\\xff\\x5c");
  }

  @Test
  void theIntervalIndexFindsWhatALinearSearchFinds() {
    Random random = new Random(5);
    for (int round = 0; round < 50; round++) {
      List<Named> ranges = new ArrayList<>();
      for (int i = 0; i < random.nextInt(40); i++) {
        ranges.add(new Named(i, randomRange(random)));
      }
      IntervalIndex<Named> index = new IntervalIndex<>(ranges);
      for (int i = 0; i < 30; i++) {
        Bytes key = randomKey(random);
        List<Named> found = new ArrayList<>();
        index.forEachHolding(key, found::add);
        assertThat(found)
            .containsExactlyInAnyOrderElementsOf(
                ranges.stream().filter(named -> named.range.contains(key)).toList());
      }
    }
  }

  private record Named(int name, KeyRange range) implements IntervalIndex.Ranged {}

  private static KeyRange randomRange(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> KeyRange.single(randomKey(random));
      case 1 -> KeyRange.from(randomKey(random));
      case 2 -> KeyRange.prefix(randomKey(random));
      default -> KeyRange.of(randomKey(random), randomKey(random));
    };
  }

  private static Bytes randomKey(Random random) {
    byte[] key = new byte[1 + random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) ('a' + random.nextInt(4));
    }
    return Bytes.wrap(key);
  }
}
