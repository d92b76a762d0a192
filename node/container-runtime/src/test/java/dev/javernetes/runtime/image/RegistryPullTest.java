package dev.javernetes.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a real registry in the ways that registries are guarded. */
class RegistryPullTest {
  private static final Credentials RIGHT =
      new Credentials.Basic(RegistryProcess.USER, RegistryProcess.PASSWORD);

  @TempDir static Path home;
  @TempDir Path root;
  private static RegistryProcess registry;
  private static RegistryProcess.Identity identity;
  private static OciLayoutWriter.Built image;
  private ImageStore store;

  @BeforeAll
  static void start() throws Exception {
    RegistryProcess.assumeInstalled();
    registry = RegistryProcess.open(home);
    identity = new RegistryProcess.Identity(home);
    image = image("hello", Manifests.Platform.current());
    registry.push("team/app", "1.0", image);
  }

  @AfterAll
  static void end() throws Exception {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void emptyStore() throws IOException {
    store = ImageStore.open(root, false);
  }

  private static OciLayoutWriter.Built image(String text, Manifests.Platform platform) {
    return new OciLayoutWriter(platform)
        .layer(OciLayoutWriter.Layer.of().file("etc/text", 0644, text))
        .layer(OciLayoutWriter.Layer.of().file("etc/more", 0644, "more of " + text))
        .config(JsonObject.of("User", "7"))
        .build();
  }

  private ImagePuller puller(RegistryConfig config) {
    return new ImagePuller(store, config);
  }

  @Test
  void plainHttpOnLoopbackNeedsNoConfiguration() throws IOException {
    ImageRecord pulled =
        puller(RegistryConfig.EMPTY).pull(registry.host() + "/team/app:1.0", Credentials.NONE);

    assertThat(pulled.id()).isEqualTo(image.config());
    assertThat(pulled.tags()).containsExactly(registry.host() + "/team/app:1.0");
    assertThat(pulled.repoDigests())
        .containsExactly(registry.host() + "/team/app@" + image.manifest());
    assertThat(store.config(pulled).user()).isEqualTo("7");
    List<Path> layers = store.layerDirectories(pulled);
    assertThat(layers.get(0).resolve("etc/more")).hasContent("more of hello");
    assertThat(layers.get(1).resolve("etc/text")).hasContent("hello");
    assertThat(store.downloads()).isEmptyDirectory();
    assertThat(store.find(pulled.id().hex().substring(0, 12))).isPresent();
  }

  @Test
  void byDigestTheImageHasNoTag() throws IOException {
    ImageRecord pulled =
        puller(RegistryConfig.EMPTY)
            .pull(registry.host() + "/team/app@" + image.manifest(), Credentials.NONE);
    assertThat(pulled.tags()).isEmpty();
    assertThat(pulled.repoDigests()).hasSize(1);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThatThrownBy(() ->
            puller(RegistryConfig.EMPTY).pull(registry.host() + "/team/app:2.0", Credentials.NONE))
        .isInstanceOfSatisfying(
            RuntimeFailure.class,
            e -> assertThat(e.reason()).isEqualTo(RuntimeFailure.Reason.NOT_FOUND));
  }

  @Test
  void anIndexGivesTheImageOfThisMachine() throws Exception {
    OciLayoutWriter.Built foreign = image("foreign", new Manifests.Platform("linux", "s390x", ""));
    OciLayoutWriter.Built ours = image("ours", Manifests.Platform.current());
    registry.push("team/multi", "foreign", foreign);
    registry.push("team/multi", "ours", ours);
    List<Object> entries = new ArrayList<>();
    entries.add(entry(foreign, "s390x"));
    entries.add(entry(ours, Manifests.Platform.current().architecture()));
    byte[] index =
        Json.bytes(
            JsonObject.of(
                "schemaVersion", 2L, "mediaType", Manifests.OCI_INDEX, "manifests", entries));
    registry.pushManifest("team/multi", "latest", Manifests.OCI_INDEX, index);

    ImageRecord pulled =
        puller(RegistryConfig.EMPTY).pull(registry.host() + "/team/multi", Credentials.NONE);

    assertThat(pulled.id()).isEqualTo(ours.config());
    assertThat(pulled.repoDigests())
        .containsExactly(registry.host() + "/team/multi@" + Digest.sha256(index));
    assertThatThrownBy(() ->
            puller(RegistryConfig.EMPTY)
                .pull(registry.host() + "/team/multi:foreign", Credentials.NONE))
        .hasMessageContaining("s390x");
  }

  private static JsonObject entry(OciLayoutWriter.Built built, String architecture) {
    return JsonObject.of(
        "mediaType",
        Manifests.OCI_MANIFEST,
        "digest",
        built.manifest().toString(),
        "size",
        (long) built.manifestBytes().length,
        "platform",
        JsonObject.of("os", "linux", "architecture", architecture));
  }

  @Test
  void tlsIsCheckedAgainstTheConfiguredAuthority() throws Exception {
    try (RegistryProcess tls = RegistryProcess.withTls(home, identity)) {
      String name = tls.host() + "/team/app:1.0";
      var trusted = host(tls, false, identity.certificate.toString(), Credentials.NONE);
      assertThat(puller(trusted).pull(name, Credentials.NONE).id()).isEqualTo(image.config());
      var insecure = host(tls, true, "", Credentials.NONE);
      assertThat(puller(insecure).pull(name, Credentials.NONE).id()).isEqualTo(image.config());
      assertThatThrownBy(() -> puller(RegistryConfig.EMPTY).pull(name, Credentials.NONE))
          .isInstanceOfSatisfying(
              RuntimeFailure.class,
              e -> assertThat(e.reason()).isEqualTo(RuntimeFailure.Reason.UNAVAILABLE));
    }
  }

  @Test
  void basicAuthenticationTakesTheRightPasswordOnly() throws Exception {
    try (RegistryProcess guarded = RegistryProcess.withTlsAndPassword(home, identity)) {
      String name = guarded.host() + "/team/app:1.0";
      var config = host(guarded, false, identity.certificate.toString(), Credentials.NONE);
      assertThat(puller(config).pull(name, RIGHT).id()).isEqualTo(image.config());
      assertDenied(() -> puller(config).pull(name, Credentials.NONE));
      assertDenied(() -> puller(config).pull(name, new Credentials.Basic("ci", "wrong")));
      var configured = host(guarded, false, identity.certificate.toString(), RIGHT);
      assertThat(puller(configured).pull(name, Credentials.NONE).id()).isEqualTo(image.config());
    }
  }

  @Test
  void tokensAreFetchedFromTheRealmThatTheRegistryNames() throws Exception {
    try (var tokens = new RegistryProcess.TokenServer(identity);
        RegistryProcess guarded = RegistryProcess.withTokens(home, identity, tokens)) {
      String name = guarded.host() + "/team/app:1.0";
      assertThat(puller(RegistryConfig.EMPTY).pull(name, RIGHT).id()).isEqualTo(image.config());
      assertThat(tokens.asked).allMatch(query -> query.contains("scope=repository:team/app:pull"));
      assertDenied(() -> puller(RegistryConfig.EMPTY).pull(name, Credentials.NONE));
    }
  }

  @Test
  void aMirrorIsAskedFirstAndTheRegistryIfItHasNothing() throws Exception {
    var config =
        new RegistryConfig(
            Map.of(
                "registry.invalid",
                new RegistryConfig.Host(
                    false, false, "", List.of("http://" + registry.host()), Credentials.NONE)));
    ImageRecord pulled = puller(config).pull("registry.invalid/team/app:1.0", Credentials.NONE);
    assertThat(pulled.tags()).containsExactly("registry.invalid/team/app:1.0");
  }

  private static RegistryConfig host(
      RegistryProcess process, boolean insecure, String ca, Credentials credentials) {
    return new RegistryConfig(
        Map.of(
            process.host(), new RegistryConfig.Host(false, insecure, ca, List.of(), credentials)));
  }

  private static void assertDenied(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RuntimeFailure.class,
            e -> assertThat(e.reason()).isEqualTo(RuntimeFailure.Reason.DENIED));
  }

  @Test
  void theFileOfRegistriesIsRead() throws IOException {
    Path file = home.resolve("registries.json");
    Files.writeString(
        file,
        """
        {"registries": {"a.lan:5000": {"caFile": "/ca.pem", "auth": {"auth": "Y2k6czNjcmV0"}, "mirrors": ["http://m"]}}}
        """);
    RegistryConfig.Host host = RegistryConfig.read(file).host("a.lan:5000");
    assertThat(host.credentials()).isEqualTo(RIGHT);
    assertThat(host.mirrors()).containsExactly("http://m");
    Files.writeString(file, "{\"registries\": {\"a\": {\"tls\": false}}}");
    assertThatThrownBy(() -> RegistryConfig.read(file)).hasMessageContaining("unknown field tls");
  }
}
