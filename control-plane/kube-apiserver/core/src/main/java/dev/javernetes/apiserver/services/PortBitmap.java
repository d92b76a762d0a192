package dev.javernetes.apiserver.services;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.CasResult;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Store;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which node ports are taken: a bitmap in the store, under the key and in the form that upstream
 * has, changed by compare-and-swap so that several API servers can share it.
 */
public final class PortBitmap {
  private static final Bytes KEY = Bytes.utf8("/registry/ranges/servicenodeports");
  private static final int ATTEMPTS = 50;

  private final Store store;
  private final int first;
  private final int last;
  private final RandomGenerator random;

  public PortBitmap(Store store, int first, int last, RandomGenerator random) {
    this.store = store;
    this.first = first;
    this.last = last;
    this.random = random;
  }

  public boolean inRange(int port) {
    return port >= first && port <= last;
  }

  public String range() {
    return first + "-" + last;
  }

  /** Takes a certain port; false if it is taken. */
  public boolean take(int port) {
    boolean[] free = new boolean[1];
    change(bits -> {
      free[0] = !bits.testBit(port - first);
      return bits.setBit(port - first);
    });
    return free[0];
  }

  public boolean isFree(int port) {
    return !read(store.get(KEY)).testBit(port - first);
  }

  /** Any free port, not taken yet; {@code null} if there is none. */
  public @Nullable Integer find(LongPredicate suitable) {
    BigInteger bits = read(store.get(KEY));
    int size = last - first + 1;
    int reserved = Math.min(Math.max(size / 32, 16), 128); // for numbers that people choose
    int band = size > 2 * reserved ? reserved : 0;
    int start = random.nextInt(size - band);
    for (int i = 0; i < size; i++) {
      int index = i < size - band ? band + (start + i) % (size - band) : i - (size - band);
      if (!bits.testBit(index) && suitable.test(first + index)) {
        return first + index;
      }
    }
    return null;
  }

  public void release(Collection<Integer> ports) {
    if (ports.isEmpty()) {
      return;
    }
    change(bits -> {
      BigInteger left = bits;
      for (int port : ports) {
        if (inRange(port)) {
          left = left.clearBit(port - first);
        }
      }
      return left;
    });
  }

  /**
   * Takes all ports in use and frees those of {@code freed} that are not; answers which are taken
   * still without being in use.
   */
  public Set<Integer> repair(Set<Integer> used, Set<Integer> freed) {
    Set<Integer> unused = new HashSet<>();
    change(bits -> {
      unused.clear();
      BigInteger right = bits;
      for (int port = first; port <= last; port++) {
        int index = port - first;
        if (used.contains(port)) {
          right = right.setBit(index);
        } else if (bits.testBit(index) && freed.contains(port)) {
          right = right.clearBit(index);
        } else if (bits.testBit(index)) {
          unused.add(port);
        }
      }
      return right;
    });
    return unused;
  }

  private void change(UnaryOperator<BigInteger> step) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      KeyValue stored = store.get(KEY);
      BigInteger before = read(stored);
      BigInteger after = step.apply(before);
      if (after.equals(before) && stored != null) {
        return;
      }
      Bytes encoded = Bytes.wrap(Json.bytes(tree(after)));
      CasResult result =
          stored == null
              ? store.create(KEY, encoded, 0)
              : store.putIf(KEY, stored.modRevision(), encoded, 0);
      if (result.succeeded()) {
        return;
      }
    }
    throw new IllegalStateException("node ports: too much contention");
  }

  private JsonObject tree(BigInteger bits) {
    byte[] bytes = bits.toByteArray();
    int start = bytes.length > 1 && bytes[0] == 0 ? 1 : 0; // Go's big.Int has no sign byte
    return JsonObject.of(
        "kind",
        "RangeAllocation",
        "apiVersion",
        "v1",
        "metadata",
        new JsonObject(),
        "range",
        range(),
        "data",
        Base64.getEncoder()
            .encodeToString(java.util.Arrays.copyOfRange(bytes, start, bytes.length)));
  }

  private BigInteger read(@Nullable KeyValue stored) {
    if (stored == null) {
      return BigInteger.ZERO;
    }
    try {
      JsonObject tree = Json.parseObject(stored.value().array());
      return tree.string("range").equals(range())
          ? new BigInteger(1, Base64.getDecoder().decode(tree.string("data")))
          : BigInteger.ZERO;
    } catch (JsonSyntaxException | IllegalArgumentException unreadable) {
      return BigInteger.ZERO; // rebuilt as ports are taken; the repair loop marks those in use
    }
  }
}
