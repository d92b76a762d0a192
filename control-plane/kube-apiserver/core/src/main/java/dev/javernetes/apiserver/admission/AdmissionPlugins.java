package dev.javernetes.apiserver.admission;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.admission.certificates.CertificateRights;
import dev.javernetes.apiserver.admission.expression.PolicyPrograms;
import dev.javernetes.apiserver.admission.namespace.NamespaceLifecycle;
import dev.javernetes.apiserver.admission.network.DefaultIngressClass;
import dev.javernetes.apiserver.admission.node.NodeRestriction;
import dev.javernetes.apiserver.admission.node.PodResize;
import dev.javernetes.apiserver.admission.node.TaintNewNodes;
import dev.javernetes.apiserver.admission.node.TopologyLabels;
import dev.javernetes.apiserver.admission.pod.AccountOfPod;
import dev.javernetes.apiserver.admission.pod.DefaultTolerationSeconds;
import dev.javernetes.apiserver.admission.pod.LimitRanger;
import dev.javernetes.apiserver.admission.pod.Priority;
import dev.javernetes.apiserver.admission.pod.RuntimeClassOfPod;
import dev.javernetes.apiserver.admission.podsecurity.PodSecurity;
import dev.javernetes.apiserver.admission.policy.MutatingPolicies;
import dev.javernetes.apiserver.admission.policy.Parameters;
import dev.javernetes.apiserver.admission.policy.PolicyHooks;
import dev.javernetes.apiserver.admission.policy.ValidatingPolicies;
import dev.javernetes.apiserver.admission.quota.QuotaAdmission;
import dev.javernetes.apiserver.admission.storage.ClaimResize;
import dev.javernetes.apiserver.admission.storage.DefaultStorageClass;
import dev.javernetes.apiserver.admission.storage.VolumeProtection;
import dev.javernetes.apiserver.admission.webhook.MatchConditions;
import dev.javernetes.apiserver.admission.webhook.MutatingWebhooks;
import dev.javernetes.apiserver.admission.webhook.ValidatingWebhooks;
import dev.javernetes.apiserver.admission.webhook.WebhookCaller;
import dev.javernetes.apiserver.admission.webhook.WebhookMatching;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * Makes the plug-ins that upstream has on by default, by upstream's names and in upstream's order;
 * {@code --enable-admission-plugins} and {@code --disable-admission-plugins} choose among them.
 */
public final class AdmissionPlugins implements AutoCloseable {

  /**
   * What plug-ins stand on.
   *
   * @param uuids yields UUIDs
   * @param suffixes yields five random letters for generated names
   * @param executor runs webhook calls side by side
   */
  public record Ports(
      ObjectReader reader,
      ObjectWriter writer,
      Authorizer authorizer,
      WebhookCaller webhooks,
      InstantSource clock,
      Supplier<String> uuids,
      Supplier<String> suffixes,
      ExecutorService executor) {}

  private final Map<String, Object> byName = new LinkedHashMap<>();
  private final List<ObjectIndex> indexes = new ArrayList<>();
  private final ObjectReader reader;

  public AdmissionPlugins(Ports ports) {
    this.reader = ports.reader;
    ObjectIndex namespaces = index("", "namespaces");
    ObjectIndex storageClasses = index("storage.k8s.io", "storageclasses");
    WebhookMatching matching = new WebhookMatching(namespaces);
    PolicyPrograms programs = new PolicyPrograms();
    MatchConditions conditions = new MatchConditions(programs, ports.authorizer);
    Parameters parameters = new Parameters(reader);
    byName.put("NamespaceLifecycle", new NamespaceLifecycle(namespaces));
    byName.put("LimitRanger", new LimitRanger(index("", "limitranges")));
    byName.put("ServiceAccount", new AccountOfPod(index("", "serviceaccounts"), ports.suffixes));
    byName.put("NodeRestriction", new NodeRestriction(reader, ports.authorizer));
    byName.put("TaintNodesByCondition", new TaintNewNodes());
    byName.put("PodSecurity", new PodSecurity(namespaces, reader));
    byName.put("Priority", new Priority(index("scheduling.k8s.io", "priorityclasses")));
    byName.put("DefaultTolerationSeconds", new DefaultTolerationSeconds(300, 300));
    byName.put("DefaultStorageClass", new DefaultStorageClass(storageClasses));
    byName.put("StorageObjectInUseProtection", new VolumeProtection());
    byName.put("PersistentVolumeClaimResize", new ClaimResize(storageClasses));
    byName.put("RuntimeClass", new RuntimeClassOfPod(index("node.k8s.io", "runtimeclasses")));
    // upstream's CertificateApproval, CertificateSigning and CertificateSubjectRestriction
    byName.put("CertificateApproval", new CertificateRights(ports.authorizer));
    byName.put(
        "DefaultIngressClass",
        new DefaultIngressClass(index("networking.k8s.io", "ingressclasses")));
    byName.put("PodTopologyLabels", new TopologyLabels(reader));
    byName.put("PodResizeValidator", new PodResize(reader));
    byName.put(
        "MutatingAdmissionPolicy",
        new MutatingPolicies(
            new PolicyHooks(
                index("admissionregistration.k8s.io", "mutatingadmissionpolicies"),
                index("admissionregistration.k8s.io", "mutatingadmissionpolicybindings"),
                parameters,
                matching),
            programs,
            namespaces,
            ports.authorizer));
    byName.put(
        "MutatingAdmissionWebhook",
        new MutatingWebhooks(
            index("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
            matching,
            ports.webhooks,
            conditions,
            ports.uuids));
    byName.put(
        "ValidatingAdmissionPolicy",
        new ValidatingPolicies(
            new PolicyHooks(
                index("admissionregistration.k8s.io", "validatingadmissionpolicies"),
                index("admissionregistration.k8s.io", "validatingadmissionpolicybindings"),
                parameters,
                matching),
            programs,
            namespaces,
            ports.authorizer));
    byName.put(
        "ValidatingAdmissionWebhook",
        new ValidatingWebhooks(
            index("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
            matching,
            ports.webhooks,
            conditions,
            ports.uuids,
            ports.executor));
    byName.put(
        "ResourceQuota",
        new QuotaAdmission(index("", "resourcequotas"), ports.writer, ports.clock));
  }

  /** The names of all plug-ins there are, in order. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** The plug-ins but those disabled; {@code IllegalArgumentException} for an unknown name. */
  public List<Object> chosen(Set<String> disabled) {
    for (String name : disabled) {
      if (!byName.containsKey(name)) {
        throw new IllegalArgumentException("unknown admission plug-in: " + name);
      }
    }
    List<Object> chosen = new ArrayList<>();
    byName.forEach((name, plugin) -> {
      if (!disabled.contains(name)) {
        chosen.add(plugin);
      }
    });
    return chosen;
  }

  private ObjectIndex index(String group, String resource) {
    ObjectIndex index = new ObjectIndex(reader, new GroupResource(group, resource));
    indexes.add(index);
    return index;
  }

  @Override
  public void close() throws Exception {
    for (ObjectIndex index : indexes) {
      index.close();
    }
  }
}
