package dev.javernetes.apiserver.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.FakeObjects;
import dev.javernetes.apiserver.access.Authenticator;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.QueryParameters;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.pki.CertificateAuthority;
import dev.javernetes.pki.CertificateProfile;
import dev.javernetes.pki.Keys;
import dev.javernetes.pki.Subject;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@org.jspecify.annotations.NullUnmarked // a null here is a failed test
class AuthenticationTest {
  private static final Instant NOW = Instant.parse("2026-11-23T07:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final CertificateAuthority CA =
      CertificateAuthority.create("kubernetes", NOW, RANDOM);
  private static final CertificateAuthority PROXY_CA =
      CertificateAuthority.create("front-proxy-ca", NOW, RANDOM);
  private static final KeyPair KEY = Keys.generate(RANDOM);

  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final InstantSource clock = now::get;
  private final FakeObjects objects = new FakeObjects();
  private Authentication authentication;
  private Authenticator authenticator;

  @BeforeEach
  void start() {
    authentication =
        new Authentication(
            AuthenticationSettings.standard(
                    List.of(CA.certificate()), List.of(PROXY_CA.certificate()), KEY)
                .withTokenFile("s3cret,ann,7,\"dev,qa\"\n"),
            objects,
            clock,
            () -> "0-1-2");
    Authorizer mastersOnly =
        request ->
            request.user().isIn(UserInfo.MASTERS_GROUP)
                ? new Authorizer.Decision(Authorizer.Verdict.ALLOW, "")
                : Authorizer.Decision.NO_OPINION;
    authenticator = authentication.authenticator(mastersOnly);
    objects.put(new GroupResource("", "serviceaccounts"), named("dev", "robot"));
    objects.put(new GroupResource("", "pods"), pod("dev", "web", "robot"));
  }

  @Test
  void aCertificateNamesUserAndGroups() {
    X509Certificate jane = certificate(CA, "jane", "qa", "dev");

    UserInfo user = authenticator.authenticate(request("/api", List.of(jane)));

    assertThat(user.name()).isEqualTo("jane");
    assertThat(user.groups()).containsExactlyInAnyOrder("qa", "dev", "system:authenticated");
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() {
    CertificateAuthority other = CertificateAuthority.create("kubernetes", NOW, RANDOM);
    X509Certificate forged = certificate(other, "kubernetes-admin", "system:masters");

    assertThatThrownBy(() -> authenticator.authenticate(request("/api", List.of(forged))))
        .isInstanceOf(ApiException.class)
        .hasMessage("Unauthorized");
  }

  @Test
  void anExpiredCertificateIsRefused() {
    X509Certificate jane = certificate(CA, "jane");
    authenticator.authenticate(request("/api", List.of(jane)));
    now.set(NOW.plus(CertificateProfile.ONE_YEAR).plusSeconds(1));

    assertThatThrownBy(() -> authenticator.authenticate(request("/api", List.of(jane))))
        .hasMessage("Unauthorized");
  }

  @Test
  void withoutCredentialsOnlyHealthAndVersionPass() {
    assertThat(authenticator.authenticate(request("/healthz", List.of())))
        .isEqualTo(UserInfo.ANONYMOUS);
    assertThat(authenticator.authenticate(request("/api/v1/pods", List.of()))).isNull();
  }

  @Test
  void tokenFileAndUnknownTokens() {
    assertThat(authenticator.authenticate(request("Authorization", "Bearer s3cret")).groups())
        .containsExactly("dev", "qa", "system:authenticated");
    assertThatThrownBy(() -> authenticator.authenticate(request("Authorization", "Bearer nope")))
        .hasMessage("Unauthorized");
  }

  @Test
  void aBoundTokenNamesAccountAndPodAndEndsWithThePod() {
    String token = token(JsonObject.of("kind", "Pod", "apiVersion", "v1", "name", "web"));

    UserInfo user = authenticator.authenticate(request("Authorization", "Bearer " + token));
    assertThat(user.name()).isEqualTo("system:serviceaccount:dev:robot");
    assertThat(user.groups())
        .containsExactly(
            "system:serviceaccounts", "system:serviceaccounts:dev", "system:authenticated");
    assertThat(user.extra())
        .containsEntry("authentication.kubernetes.io/pod-name", List.of("web"))
        .containsEntry("authentication.kubernetes.io/credential-id", List.of("JTI=0-1-2"));

    objects.remove(new GroupResource("", "pods"), "dev", "web");
    now.set(NOW.plusSeconds(11)); // past the cache
    assertThatThrownBy(
            () -> authenticator.authenticate(request("Authorization", "Bearer " + token)))
        .hasMessage("Unauthorized");
  }

  @Test
  void aTokenExpires() {
    String token = token(null);
    now.set(NOW.plusSeconds(3600 + 62));

    assertThatThrownBy(
            () -> authenticator.authenticate(request("Authorization", "Bearer " + token)))
        .hasMessage("Unauthorized");
  }

  @Test
  void aTamperedTokenIsRefused() {
    String[] parts = token(null).split("\\.");
    String forged = parts[0] + "." + parts[1] + "x." + parts[2];

    assertThatThrownBy(
            () -> authenticator.authenticate(request("Authorization", "Bearer " + forged)))
        .hasMessage("Unauthorized");
  }

  @Test
  void tokenReviewTellsWhatIsWrong() {
    String token = token(null);
    objects.remove(new GroupResource("", "serviceaccounts"), "dev", "robot");

    JsonObject answer =
        authentication
            .tokenReview()
            .answer(review(JsonObject.of("spec", JsonObject.of("token", token)), "", ""));

    assertThat(answer.objectOrEmpty("status").string("error"))
        .isEqualTo("[invalid bearer token, serviceaccounts \"robot\" not found]");
  }

  @Test
  void theFrontProxySpeaksForOthersOnlyWithItsCertificate() {
    X509Certificate proxy = certificate(PROXY_CA, "front-proxy-client");
    Headers headers = Headers.of("X-Remote-User", "eve", "X-Remote-Group", "ops");

    assertThat(authenticator.authenticate(request("/api", headers, List.of(proxy))).name())
        .isEqualTo("eve");
    X509Certificate jane = certificate(CA, "jane");
    assertThat(authenticator.authenticate(request("/api", headers, List.of(jane))).name())
        .isEqualTo("jane");
  }

  @Test
  void impersonationNeedsLeave() {
    X509Certificate admin = certificate(CA, "admin", "system:masters");
    Headers asEve = Headers.of("Impersonate-User", "eve", "Impersonate-Extra-A%2fB", "x");
    UserInfo eve = authenticator.authenticate(request("/api/v1/pods", asEve, List.of(admin)));
    assertThat(eve.name()).isEqualTo("eve");
    assertThat(eve.groups()).containsExactly("system:authenticated");
    assertThat(eve.extra()).containsEntry("a/b", List.of("x"));

    X509Certificate jane = certificate(CA, "jane");
    assertThatThrownBy(
            () -> authenticator.authenticate(request("/api/v1/pods", asEve, List.of(jane))))
        .hasMessage(
            "pods is forbidden: User \"jane\" cannot impersonate-on:user-info:list resource"
                + " \"pods\" in API group \"\" at the cluster scope");
    assertThatThrownBy(() ->
            authenticator.authenticate(
                request("/api", Headers.of("Impersonate-Uid", "5"), List.of(admin))))
        .hasMessage(
            "requested &user.DefaultInfo{Name:\"\", UID:\"5\", Groups:[]string(nil),"
                + " Extra:map[string][]string(nil)} without impersonating a user name");
  }

  @Test
  void tokenRequestsAreValidated() {
    assertThatThrownBy(() ->
            authentication
                .tokenRequest()
                .answer(
                    review(
                        JsonObject.of("spec", JsonObject.of("expirationSeconds", 10L)),
                        "dev",
                        "robot")))
        .hasMessage(
            "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid"
                + " value: 10: may not specify a duration less than 10 minutes");
  }

  private String token(JsonObject boundObject) {
    JsonObject spec = new JsonObject();
    if (boundObject != null) {
      spec.put("boundObjectRef", boundObject);
    }
    JsonObject request = JsonObject.of("spec", spec);
    authentication.tokenRequest().applyDefaults(request);
    return authentication
        .tokenRequest()
        .answer(review(request, "dev", "robot"))
        .objectOrEmpty("status")
        .string("token");
  }

  private static Review.Request review(JsonObject object, String namespace, String name) {
    return new Review.Request(
        UserInfo.API_SERVER, namespace, name, object, warning -> {}, () -> {});
  }

  private static X509Certificate certificate(
      CertificateAuthority authority, String name, String... groups) {
    return authority.issue(CertificateProfile.client(Subject.of(name, groups)), NOW).certificate();
  }

  private static ApiRequest request(String path, List<X509Certificate> certificates) {
    return request(path, Headers.of(), certificates);
  }

  private static ApiRequest request(String header, String value) {
    return request("/api", Headers.of(header, value), List.of());
  }

  private static ApiRequest request(
      String path, Headers headers, List<X509Certificate> certificates) {
    return new ApiRequest(
        "GET", path, "", QueryParameters.NONE, headers, new byte[0], "", certificates, null);
  }

  private static JsonObject named(String namespace, String name) {
    return JsonObject.of("metadata", JsonObject.of("namespace", namespace, "name", name));
  }

  private static JsonObject pod(String namespace, String name, String account) {
    JsonObject pod = named(namespace, name);
    pod.put("spec", JsonObject.of("serviceAccountName", account));
    return pod;
  }
}
