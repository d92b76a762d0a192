package dev.javernetes.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.model.core.v1.ConfigMap;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Secret;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.core.v1.ServicePort;
import dev.javernetes.api.model.core.v1.ServiceSpec;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.kubelet.Pods;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ContainerPartsTest {
  private static final DownwardApi.Facts FACTS =
      new DownwardApi.Facts(
          List.of("10.0.0.5", "fd00::5"), List.of("192.0.2.1"), 4000, 8L << 30, 1L << 40);

  private static final References REFERENCES =
      new References() {
        @Override
        public @Nullable ConfigMap configMap(String namespace, String name) {
          return name.equals("cfg")
              ? ConfigMap.builder().data(Map.of("color", "blue", "shape", "round")).build()
              : null;
        }

        @Override
        public @Nullable Secret secret(String namespace, String name) {
          return name.equals("key")
              ? Secret.builder().data(Map.of("pass", base64("s3cret"))).build()
              : null;
        }
      };

  @Test
  void expansionKnowsItsEscapes() {
    Map<String, String> values = Map.of("A", "1", "EMPTY", "");
    assertThat(Expansion.expand("$(A) $(B) $$(A) $ $x $(", values::get))
        .isEqualTo("1 $(B) $(A) $ $x $(");
    assertThat(Expansion.expand("$$$(A)$(EMPTY)|", values::get)).isEqualTo("$1|");
    assertThatThrownBy(() -> Expansion.expandStrictly("x/$(B)", values::get))
        .isInstanceOf(ContainerConfigException.class);
  }

  @Test
  void environmentTakesEverySource() throws Exception {
    Pod pod =
        Pods.pod(
            """
            {'containers':[{'name':'a','image':'i',
              'resources':{'limits':{'memory':'64Mi'}},
              'envFrom':[{'prefix':'P_','configMapRef':{'name':'cfg'}}],
              'env':[
                {'name':'IP','valueFrom':{'fieldRef':{'fieldPath':'status.podIP'}}},
                {'name':'MEM','valueFrom':{'resourceFieldRef':{'resource':'limits.memory','divisor':'1Mi'}}},
                {'name':'CPU','valueFrom':{'resourceFieldRef':{'resource':'limits.cpu'}}},
                {'name':'PASS','valueFrom':{'secretKeyRef':{'name':'key','key':'pass'}}},
                {'name':'NONE','valueFrom':{'configMapKeyRef':{'name':'no','key':'x','optional':true}}},
                {'name':'ALL','value':'$(P_color) $(IP) $(WEB_SERVICE_HOST) $(LATER)'},
                {'name':'LATER','value':'x'}]}]}
            """);
    Map<String, String> environment =
        Environment.of(
            pod, pod.spec().containers().getFirst(), REFERENCES, List.of(service()), FACTS);
    assertThat(environment)
        .containsEntry("P_shape", "round")
        .containsEntry("IP", "10.0.0.5")
        .containsEntry("MEM", "64")
        .containsEntry("CPU", "4")
        .containsEntry("PASS", "s3cret")
        .doesNotContainKey("NONE")
        .containsEntry("ALL", "blue 10.0.0.5 10.96.0.7 $(LATER)")
        .containsEntry("WEB_PORT", "tcp://10.96.0.7:80")
        .containsEntry("WEB_SERVICE_PORT_HTTP", "80")
        .containsEntry("WEB_PORT_80_TCP_ADDR", "10.96.0.7");
  }

  @Test
  void missingReferencesAreNamed() {
    Pod pod =
        Pods.pod(
            "{'containers':[{'name':'a','image':'i','env':[{'name':'X','valueFrom':{'configMapKeyRef':{'name':'no','key':'x'}}}]}]}");
    assertThatThrownBy(() ->
            Environment.of(pod, pod.spec().containers().getFirst(), REFERENCES, List.of(), FACTS))
        .hasMessage("configmap \"no\" not found");
  }

  @Test
  void downwardFieldsAreFormattedAsUpstream() throws Exception {
    Pod pod =
        Pods.of(
            "{'metadata':{'name':'w','labels':{'b':'2','a':'1'},'annotations':{'k':'two\\nlines'}},'spec':{}}");
    assertThat(DownwardApi.field(pod, "metadata.labels", FACTS)).isEqualTo("a=\"1\"\nb=\"2\"");
    assertThat(DownwardApi.field(pod, "metadata.annotations", FACTS))
        .isEqualTo("k=\"two\\nlines\"");
    assertThat(DownwardApi.field(pod, "metadata.labels['a']", FACTS)).isEqualTo("1");
    assertThat(DownwardApi.field(pod, "status.podIPs", FACTS)).isEqualTo("10.0.0.5,fd00::5");
    assertThatThrownBy(() -> DownwardApi.field(pod, "spec.secret", FACTS))
        .hasMessage("unsupported fieldPath: spec.secret");
  }

  @Test
  void resourcesBecomeTheKernelsUnits() {
    assertThat(LinuxResources.shares(0)).isEqualTo(2);
    assertThat(LinuxResources.shares(500)).isEqualTo(512);
    assertThat(LinuxResources.quota(250, 100_000)).isEqualTo(25_000);
    assertThat(LinuxResources.quota(1, 100_000)).isEqualTo(1_000);
    assertThat(LinuxResources.weight(2)).isEqualTo(1);
    assertThat(LinuxResources.weight(1024)).isEqualTo(100);
    assertThat(LinuxResources.weight(262_144)).isEqualTo(10_000);
  }

  @Test
  void qualityOfServiceDecidesWhoIsKilledFirst() {
    Pod best = Pods.pod("{'containers':[{'name':'a'}]}");
    Pod burst = Pods.pod("{'containers':[{'name':'a','resources':{'requests':{'memory':'2Gi'}}}]}");
    Pod guaranteed =
        Pods.pod("{'containers':[{'name':'a','resources':{'limits':{'memory':'1Gi','cpu':'1'}}}]}");
    assertThat(Resources.qos(best)).isEqualTo(QosClass.BEST_EFFORT);
    assertThat(Resources.qos(burst)).isEqualTo(QosClass.BURSTABLE);
    assertThat(Resources.qos(guaranteed)).isEqualTo(QosClass.GUARANTEED);
    assertThat(LinuxResources.oomScoreAdj(best, container(best), 8L << 30)).isEqualTo(1000);
    assertThat(LinuxResources.oomScoreAdj(burst, container(burst), 8L << 30)).isEqualTo(750);
    assertThat(LinuxResources.oomScoreAdj(guaranteed, container(guaranteed), 8L << 30))
        .isEqualTo(-997);
  }

  @Test
  void aPodAsksForItsLargestMoment() {
    Pod pod =
        Pods.pod(
            """
            {'initContainers':[
               {'name':'i','resources':{'requests':{'cpu':'3'}}},
               {'name':'s','restartPolicy':'Always','resources':{'requests':{'cpu':'500m'}}}],
             'containers':[{'name':'a','resources':{'requests':{'cpu':'1'}}},{'name':'b','resources':{'requests':{'cpu':'1'}}}],
             'overhead':{'cpu':'100m'}}
            """);
    assertThat(Resources.podRequest(pod, "cpu")).isEqualTo(3100);
  }

  @Test
  void imageNamesAreParsed() throws Exception {
    ImageName nginx = ImageName.parse("nginx");
    assertThat(nginx)
        .isEqualTo(new ImageName("nginx:latest", "docker.io", "library/nginx", "latest", ""));
    ImageName own = ImageName.parse("reg:5000/team/app:1.2");
    assertThat(own.registry()).isEqualTo("reg:5000");
    assertThat(own.path()).isEqualTo("team/app");
    assertThat(ImageName.parse("localhost/demo").full()).isEqualTo("localhost/demo:latest");
    String digest = "sha256:" + "a".repeat(64);
    assertThat(ImageName.parse("app@" + digest).full()).isEqualTo("app@" + digest);
    assertThatThrownBy(() -> ImageName.parse("Not Valid"))
        .hasMessageContaining("invalid reference format");
    assertThatThrownBy(() -> ImageName.parse("UPPER")).hasMessageContaining("invalid reference");
  }

  @Test
  void pullSecretsAreMatchedByHostAndPath() throws Exception {
    String config =
        "{\"auths\":{\"reg:5000\":{\"auth\":\"%s\"},\"https://reg:5000/team\":{\"username\":\"t\",\"password\":\"p\"}}}"
            .formatted(base64("u:pw:x"));
    Secret secret = Secret.builder().data(Map.of(".dockerconfigjson", base64(config))).build();
    RegistryCredentials credentials = RegistryCredentials.of(List.of(secret));
    assertThat(credentials.lookup(ImageName.parse("reg:5000/team/app")))
        .extracting(auth -> auth.getUsername() + "/" + auth.getPassword())
        .containsExactly("t/p", "u/pw:x");
    assertThat(credentials.lookup(ImageName.parse("reg:5000/other"))).hasSize(1);
    assertThat(credentials.lookup(ImageName.parse("elsewhere.io/x"))).isEmpty();
  }

  @Test
  void resolvConfFollowsTheDnsPolicy() {
    ResolvConf node =
        ResolvConf.parse(
            "nameserver 192.0.2.53\nsearch corp.example lan.\noptions timeout:1\n# x\n");
    Pod first =
        Pods.pod(
            "{'dnsPolicy':'ClusterFirst','dnsConfig':{'options':[{'name':'ndots','value':'2'}]}}");
    var dns = DnsSettings.of(first, List.of("10.96.0.10"), "cluster.local", node);
    assertThat(dns.getServersList()).containsExactly("10.96.0.10");
    assertThat(dns.getSearchesList())
        .containsExactly(
            "default.svc.cluster.local",
            "svc.cluster.local",
            "cluster.local",
            "corp.example",
            "lan");
    assertThat(dns.getOptionsList()).containsExactly("ndots:2");
    Pod host = Pods.pod("{'dnsPolicy':'ClusterFirst','hostNetwork':true}");
    assertThat(DnsSettings.of(host, List.of("10.96.0.10"), "cluster.local", node).getServersList())
        .containsExactly("192.0.2.53");
    Pod none = Pods.pod("{'dnsPolicy':'None','dnsConfig':{'nameservers':['1.1.1.1']}}");
    assertThat(DnsSettings.of(none, List.of("10.96.0.10"), "cluster.local", node).getServersList())
        .containsExactly("1.1.1.1");
  }

  @Test
  void hostNamesAndHostsFiles() {
    Pod pod = Pods.pod("{'hostname':'me','subdomain':'sub'}");
    assertThat(HostFiles.hostname(pod, "n1")).isEqualTo("me");
    assertThat(HostFiles.domain(pod, "cluster.local")).isEqualTo("sub.default.svc.cluster.local");
    assertThat(
            HostFiles.hosts(List.of("10.0.0.5"), "me", "sub.default.svc.cluster.local", List.of()))
        .startsWith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n")
        .endsWith("10.0.0.5\tme.sub.default.svc.cluster.local\tme\n");
  }

  @Test
  void rootIsRefusedWhereThePodForbidsIt() {
    Pod pod = Pods.pod("{'containers':[{'name':'a','securityContext':{'runAsNonRoot':true}}]}");
    assertThatThrownBy(() -> SecurityContexts.of(pod, container(pod), null, null, List.of(), false))
        .hasMessage(
            "container has runAsNonRoot and image will run as root (pod: \"web_default(u1)\", container: a)");
  }

  /** containerd on a system without AppArmor refuses a container that names any profile. */
  @Test
  void noAppArmorProfileIsSentUnlessOneIsAskedFor() throws Exception {
    Pod plain = Pods.pod("{'containers':[{'name':'c'}]}");
    assertThat(
            SecurityContexts.of(plain, container(plain), null, null, List.of(), false)
                .hasApparmor())
        .isFalse();
    Pod asks =
        Pods.pod(
            "{'containers':[{'name':'c','securityContext':{'appArmorProfile':{'type':'RuntimeDefault'}}}]}");
    assertThat(
            SecurityContexts.of(asks, container(asks), null, null, List.of(), false).hasApparmor())
        .isTrue();
  }

  @Test
  void durationsReadAsGoPrintsThem() {
    assertThat(GoDuration.text(Duration.ofSeconds(10))).isEqualTo("10s");
    assertThat(GoDuration.text(Duration.ofSeconds(160))).isEqualTo("2m40s");
    assertThat(GoDuration.text(Duration.ofMinutes(5))).isEqualTo("5m0s");
    assertThat(GoDuration.text(Duration.ofMillis(1500))).isEqualTo("1.5s");
    assertThat(GoDuration.text(Duration.ofMillis(234))).isEqualTo("234ms");
    assertThat(GoDuration.text(Duration.ZERO)).isEqualTo("0s");
  }

  private static Container container(Pod pod) {
    return pod.spec().containers().getFirst();
  }

  private static Service service() {
    return Service.builder()
        .metadata(ObjectMeta.builder().name("web").namespace("default").build())
        .spec(
            ServiceSpec.builder()
                .clusterIP("10.96.0.7")
                .ports(List.of(ServicePort.builder().name("http").port(80).protocol("TCP").build()))
                .build())
        .build();
  }

  private static String base64(String text) {
    return Base64.getEncoder()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
