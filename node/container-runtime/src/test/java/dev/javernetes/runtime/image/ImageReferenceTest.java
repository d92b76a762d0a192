package dev.javernetes.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String HEX = "ab".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox:latest",
    "acme/web, docker.io/acme/web:latest",
    "index.docker.io/busybox:1, docker.io/library/busybox:1",
    "localhost/demo, localhost/demo:latest",
    "localhost:5000/a/b_c/d--e:v1.2, localhost:5000/a/b_c/d--e:v1.2",
    "registry.k8s.io/pause:3.10, registry.k8s.io/pause:3.10",
    "[::1]:5000/x, [::1]:5000/x:latest",
  })
  void shortNamesBecomeLong(String written, String full) {
    assertThat(ImageReference.parse(written)).hasToString(full);
  }

  @Test
  void aDigestStandsForATag() {
    var reference = ImageReference.parse("quay.io/a/b@sha256:" + HEX);
    assertThat(reference.tag()).isNull();
    assertThat(reference.selector()).isEqualTo("sha256:" + HEX);
    var both = ImageReference.parse("quay.io/a/b:1@sha256:" + HEX);
    assertThat(both).hasToString("quay.io/a/b:1@sha256:" + HEX);
    assertThat(both.selector()).isEqualTo("sha256:" + HEX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "UPPER",
        "a//b",
        "a:",
        "a@sha256:12",
        "a/../b",
        "-x/y",
        "a:b:c/d",
        "a b",
        "x.y/",
        "a@md5:00"
      })
  void nonsenseIsRefused(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void challengesAreReadInAllTheirForms() {
    List<AuthChallenge> one =
        AuthChallenge.parse(
            "Bearer realm=\"https://auth/t?a=b\",service=\"reg, one\",scope=\"repository:a/b:pull,push\"");
    assertThat(one).hasSize(1);
    assertThat(one.getFirst().scheme()).isEqualTo("bearer");
    assertThat(one.getFirst().parameter("realm")).isEqualTo("https://auth/t?a=b");
    assertThat(one.getFirst().parameter("service")).isEqualTo("reg, one");
    assertThat(one.getFirst().parameter("scope")).isEqualTo("repository:a/b:pull,push");

    List<AuthChallenge> two =
        AuthChallenge.parse("Negotiate, Basic realm=\"a \\\"b\\\"\" , charset=UTF-8");
    assertThat(two).extracting(AuthChallenge::scheme).containsExactly("negotiate", "basic");
    assertThat(two.get(1).parameter("realm")).isEqualTo("a \"b\"");
    assertThat(two.get(1).parameter("charset")).isEqualTo("UTF-8");
    assertThat(AuthChallenge.parse("")).isEmpty();
    assertThat(AuthChallenge.parse("\"")).isEmpty();
  }

  @Test
  void credentialsComeInFourWays() {
    assertThat(Credentials.of("u", "p", "", "", "")).isEqualTo(new Credentials.Basic("u", "p"));
    assertThat(Credentials.of("", "", "dTpwOnE=", "", ""))
        .isEqualTo(new Credentials.Basic("u", "p:q"));
    assertThat(Credentials.of("", "", "", "id", "")).isEqualTo(new Credentials.Identity("id"));
    assertThat(Credentials.of("", "", "", "", "tok")).isEqualTo(new Credentials.Bearer("tok"));
    assertThat(Credentials.of("", "", "", "", "")).isEqualTo(Credentials.NONE);
    assertThat(new Credentials.Basic("u", "secret").toString()).doesNotContain("secret");
  }
}
