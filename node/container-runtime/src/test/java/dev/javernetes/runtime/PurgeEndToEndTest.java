package dev.javernetes.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.cri.CriChannel;
import dev.javernetes.cri.CriEndpoint;
import dev.javernetes.cri.v1.NamespaceMode;
import dev.javernetes.cri.v1.PortMapping;
import dev.javernetes.cri.v1.StatusRequest;
import dev.javernetes.cri.v1.UpdateRuntimeConfigRequest;
import dev.javernetes.runtime.linux.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there before a runtime ran, and nothing else, is there after its purge. */
class PurgeEndToEndTest {
  @TempDir Path home;

  private static List<String> marks(Path home) throws IOException {
    var marks = new TreeSet<String>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      if (line.contains(home.toString()) || line.contains("nsfs")) {
        marks.add("mount " + line.split(" ")[4]);
      }
    }
    for (String link : List.of("/sys/class/net", "/sys/fs/cgroup")) {
      try (Stream<Path> paths = Files.walk(Path.of(link), 2)) {
        paths
            .map(Path::toString)
            .filter(path -> path.contains("j8stest4") || path.contains("j8s-test-4"))
            .forEach(marks::add);
      }
    }
    Command.of("/usr/sbin/iptables-save")
        .run()
        .text()
        .lines()
        .filter(line -> line.contains("10.213.4.") || line.contains("38499"))
        .forEach(marks::add);
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      processes
          .filter(path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
          .forEach(path -> {
            try {
              String command = Files.readString(path.resolve("cmdline")).replace('\0', ' ');
              if (command.contains(home.toString()) || command.contains("sleep 98765")) {
                marks.add("process " + command);
              }
            } catch (IOException e) {
              // ended meanwhile
            }
          });
    }
    return List.copyOf(marks);
  }

  @Test
  void nothingIsLeft() throws IOException {
    RuntimeFixture.assumeMachine();
    List<String> before = marks(home);
    RuntimeFixture runtime = RuntimeFixture.open(home, 4);
    String pod =
        runtime.runPod(
            runtime.pod("one").toBuilder()
                .addPortMappings(PortMapping.newBuilder().setContainerPort(80).setHostPort(38499))
                .build());
    runtime.runContainer(pod, RuntimeFixture.container("main", "sleep", "98765"));
    runtime.runContainer(pod, RuntimeFixture.container("ended", "true"));
    var shared = runtime.pod("two").toBuilder();
    shared
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setPid(NamespaceMode.POD);
    runtime.runPod(shared.build());
    assertThat(marks(home)).hasSizeGreaterThan(before.size() + 5);

    runtime.close();

    assertThat(marks(home)).isEqualTo(before);
    assertThat(home.resolve("data/runtime")).doesNotExist();
    assertThat(home.resolve("state")).doesNotExist();
    assertThat(home.resolve("logs/one/main.log")).exists();
  }

  @Test
  void oneProcessHasADataDirectory() throws IOException {
    RuntimeFixture.assumeMachine();
    try (RuntimeFixture runtime = RuntimeFixture.open(home, 5)) {
      assertThatThrownBy(
              () -> ContainerRuntime.start(runtime.options, Clock.systemUTC(), new SecureRandom()))
          .hasMessageContaining("another container runtime has");
      try (Images images = Images.of(runtime.options.listen())) {
        assertThat(images.list()).hasSize(1);
        assertThat(images.has("localhost/busybox:test")).isTrue();
        images.remove("localhost/busybox:test");
        assertThat(images.list()).isEmpty();
        assertThatThrownBy(() -> images.remove("localhost/busybox:test"))
            .hasMessageContaining("is not here");
        assertThatThrownBy(() -> images.load(home.resolve("nosuch"), ""))
            .hasMessageContaining("nosuch");
        assertThat(images.load(home.resolve("layout"), "localhost/other"))
            .containsExactly("localhost/other:latest");
      }
    }
    try (Images nobody = Images.of(new CriEndpoint(home.resolve("nobody.sock")))) {
      assertThatThrownBy(nobody::list)
          .hasMessageContaining("no container runtime answers at unix://");
    }
  }

  @Test
  void whatTheMachineLacksIsNamed() throws IOException {
    RuntimeFixture.assumeMachine();
    RuntimeOptions options =
        RuntimeOptions.under(home, home.resolve("s"))
            .withOciRuntime("nosuch-oci")
            .withCni(home, List.of(home));
    assertThatThrownBy(() -> ContainerRuntime.start(options, Clock.systemUTC(), new SecureRandom()))
        .hasMessageContaining("nosuch-oci")
        .hasMessageContaining("containernetworking-plugins");
  }

  @Test
  void theNetworkIsReadyOnceTheKubeletSaidWhichAddressesPodsHave() throws IOException {
    RuntimeFixture.assumeMachine();
    RuntimeOptions options =
        RuntimeOptions.under(home.resolve("data"), home.resolve("state"))
            .withNetwork("j8stest7", List.of())
            .withCgroup("/j8s-test-7");
    try (var runtime = ContainerRuntime.start(options, Clock.systemUTC(), new SecureRandom());
        var cri = CriChannel.open(runtime.options().listen(), Runnable::run)) {
      var before =
          cri.runtime().status(StatusRequest.getDefaultInstance()).getStatus().getConditions(1);
      assertThat(before.getType()).isEqualTo("NetworkReady");
      assertThat(before.getStatus()).isFalse();
      assertThat(before.getMessage()).contains("no pod CIDR");
      var update = UpdateRuntimeConfigRequest.newBuilder();
      update.getRuntimeConfigBuilder().getNetworkConfigBuilder().setPodCidr("10.213.7.0/24");
      cri.runtime().updateRuntimeConfig(update.build());
      assertThat(
              cri.runtime()
                  .status(StatusRequest.getDefaultInstance())
                  .getStatus()
                  .getConditions(1)
                  .getStatus())
          .isTrue();
    }
    ContainerRuntime.purge(options, false, Clock.systemUTC(), new SecureRandom());
    assertThat(home.resolve("state")).doesNotExist();
  }
}
