package dev.javernetes.apiserver.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.FakeObjects;
import dev.javernetes.pki.CertificateAuthority;
import dev.javernetes.pki.Pem;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthenticationTrustTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final CertificateAuthority CLIENTS =
      CertificateAuthority.create("kubernetes", NOW, RANDOM);
  private static final CertificateAuthority PROXIES =
      CertificateAuthority.create("front-proxy-ca", NOW, RANDOM);

  private final FakeObjects objects = new FakeObjects();

  @Test
  void tellsWhoSignsClientsAndProxies() {
    publish(CLIENTS, PROXIES, NOW);
    assertThat(data())
        .containsEntry("client-ca-file", pem(CLIENTS))
        .containsEntry("requestheader-client-ca-file", pem(PROXIES))
        .containsEntry("requestheader-allowed-names", "[\"front-proxy-client\"]")
        .containsEntry("requestheader-username-headers", "[\"X-Remote-User\"]")
        .containsEntry("requestheader-group-headers", "[\"X-Remote-Group\"]")
        .containsEntry("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]");
  }

  @Test
  void saysNothingOfProxiesIfNoneIsTrusted() {
    publish(CLIENTS, null, NOW);
    assertThat(data()).containsOnlyKeys("client-ca-file");
  }

  @Test
  void keepsWhatOthersWroteUntilItExpires() {
    CertificateAuthority other = CertificateAuthority.create("kubernetes", NOW, RANDOM);
    publish(other, null, NOW);
    publish(CLIENTS, null, NOW);
    assertThat(data()).containsEntry("client-ca-file", pem(other) + pem(CLIENTS));

    Instant later = NOW.plus(Duration.ofDays(365 * 20));
    CertificateAuthority fresh = CertificateAuthority.create("kubernetes", later, RANDOM);
    publish(fresh, null, later);
    assertThat(data()).containsEntry("client-ca-file", pem(fresh));
  }

  private void publish(
      CertificateAuthority clients, @Nullable CertificateAuthority proxies, Instant now) {
    AuthenticationSettings settings =
        new AuthenticationSettings(
            List.of(clients.certificate()),
            proxies == null ? List.of() : List.of(proxies.certificate()),
            Set.of("front-proxy-client"),
            List.of(AuthenticationSettings.DEFAULT_ISSUER),
            List.of(),
            List.of(),
            null,
            0,
            true,
            null,
            null,
            true,
            AnonymousAccess.HEALTH_AND_VERSION);
    new AuthenticationTrust(settings, objects, objects, InstantSource.fixed(now)).publish();
  }

  private JsonObject data() {
    return Objects.requireNonNull(
            objects.get(
                new GroupResource("", "configmaps"),
                "kube-system",
                "extension-apiserver-authentication"))
        .objectOrEmpty("data");
  }

  private static String pem(CertificateAuthority authority) {
    return Pem.certificates(List.of(authority.certificate()));
  }
}
