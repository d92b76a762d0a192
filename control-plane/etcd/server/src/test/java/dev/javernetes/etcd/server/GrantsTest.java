package dev.javernetes.etcd.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.InMemoryBackend;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.StoreOptions;
import dev.javernetes.etcd.mvcc.StoreRuntime;
import dev.javernetes.etcd.protocol.StoredAuth;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which granted ranges cover which asked ones; what is kept of users. */
class GrantsTest {
  private static KeyRange range(String from, String to) {
    return KeyRange.of(Bytes.utf8(from), Bytes.utf8(to));
  }

  @Test
  void overlappingGrantsCoverTogether() {
    List<KeyRange> granted = List.of(range("b", "f"), range("a", "c"));
    assertThat(Grants.cover(granted, range("a", "f"))).isTrue();
    assertThat(Grants.cover(granted, range("a", "g"))).isFalse();
    assertThat(Grants.cover(granted, KeyRange.single(Bytes.utf8("e")))).isTrue();
    assertThat(Grants.cover(granted, KeyRange.single(Bytes.utf8("f")))).isFalse();
    assertThat(Grants.cover(List.of(range("a", "b"), range("c", "d")), range("a", "d"))).isFalse();
  }

  @Test
  void endlessRanges() {
    KeyRange fromB = KeyRange.from(Bytes.utf8("b"));
    assertThat(Grants.cover(List.of(range("a", "z")), fromB)).isFalse();
    assertThat(Grants.cover(List.of(range("a", "c"), fromB), KeyRange.from(Bytes.utf8("a"))))
        .isTrue();
    assertThat(Grants.cover(List.of(), fromB)).isFalse();
  }

  @Test
  void usersSurviveARestartAndPasswordsAreNotKept() {
    InMemoryBackend backend = new InMemoryBackend();
    Passwords passwords = new Passwords(new SecureRandom());
    try (MvccStore store = open(backend)) {
      new AuthStore(store)
          .change(state ->
              state.putUsers(
                  "ann", passwords.set(StoredAuth.User.newBuilder(), "hunter2").build()));
    }
    try (MvccStore store = open(backend)) {
      AuthStore auth = new AuthStore(store);
      assertThat(passwords.matches(auth.user("ann"), "hunter2")).isTrue();
      assertThat(passwords.matches(auth.user("ann"), "hunter3")).isFalse();
      assertThat(new String(auth.state().toByteArray(), ISO_8859_1)).doesNotContain("hunter2");
    }
  }

  private static MvccStore open(InMemoryBackend backend) {
    return new MvccStore(backend, StoreOptions.DEFAULTS, StoreRuntime.system("test"));
  }

  @Test
  void tokensEnd() {
    long[] now = {0};
    Tokens tokens = new Tokens(new SecureRandom(), () -> now[0]);
    String token = tokens.issue("ann");
    now[0] += Duration.ofMinutes(4).toNanos();
    assertThat(tokens.userOf(token)).isEqualTo("ann");
    now[0] += Duration.ofMinutes(4).toNanos();
    assertThat(tokens.userOf(token)).isEqualTo("ann");
    now[0] += Duration.ofMinutes(6).toNanos();
    assertThat(tokens.userOf(token)).isNull();
    assertThat(tokens.userOf("made up")).isNull();
  }
}
