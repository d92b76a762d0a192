package dev.javernetes.apiserver.registry;

import static dev.javernetes.apiserver.registry.SubresourceDefinition.Behaviour.BINDING;
import static dev.javernetes.apiserver.registry.SubresourceDefinition.Behaviour.EVICTION;
import static dev.javernetes.apiserver.registry.SubresourceDefinition.Behaviour.KUBELET;
import static dev.javernetes.apiserver.registry.SubresourceDefinition.Behaviour.PART_OF_OBJECT;
import static dev.javernetes.apiserver.registry.SubresourceDefinition.Behaviour.PROXY;
import static dev.javernetes.apiserver.registry.SubresourceDefinition.Behaviour.SCALE;
import static dev.javernetes.apiserver.registry.SubresourceDefinition.Behaviour.TOKEN;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.schema.SchemaCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The resources that Kubernetes 1.36 serves by default, one line each: kind, plural, scope ({@code
 * n}amespaced or {@code c}luster), then what differs from the usual.
 *
 * <p>The words after the scope: {@code short=po,pod}, {@code cat=all}, {@code sub=status,scale},
 * {@code key=minions} (where it is stored, when that is not its plural), {@code only=create,get}
 * (its verbs, when it is not stored like the others).
 */
public final class BuiltInResources {
  private static final List<String> STORED_VERBS =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
  private static final List<String> PART_VERBS = List.of("get", "patch", "update");
  private static final List<String> PROXY_VERBS =
      List.of("create", "delete", "get", "patch", "update");
  private static final long EVENT_TTL_SECONDS = 3_600;

  /** Groups and versions in the order in which discovery shows them, preferred version first. */
  private static final String TABLE =
      """
      = v1
      Binding bindings n only=create
      ComponentStatus componentstatuses c short=cs only=get,list
      ConfigMap configmaps n short=cm
      Endpoints endpoints n short=ep key=services/endpoints
      Event events n short=ev
      LimitRange limitranges n short=limits
      Namespace namespaces c short=ns sub=finalize,status only=create,delete,get,list,patch,update,watch
      Node nodes c short=no sub=proxy,status key=minions
      PersistentVolumeClaim persistentvolumeclaims n short=pvc sub=status
      PersistentVolume persistentvolumes c short=pv sub=status
      Pod pods n short=po cat=all sub=attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize,status
      PodTemplate podtemplates n
      ReplicationController replicationcontrollers n short=rc cat=all sub=scale,status key=controllers
      ResourceQuota resourcequotas n short=quota sub=status
      Secret secrets n
      ServiceAccount serviceaccounts n short=sa sub=token
      Service services n short=svc cat=all sub=proxy,status key=services/specs
      = apiregistration.k8s.io/v1
      APIService apiservices c cat=api-extensions sub=status key=apiregistration.k8s.io/apiservices
      = apps/v1
      ControllerRevision controllerrevisions n
      DaemonSet daemonsets n short=ds cat=all sub=status
      Deployment deployments n short=deploy cat=all sub=scale,status
      ReplicaSet replicasets n short=rs cat=all sub=scale,status
      StatefulSet statefulsets n short=sts cat=all sub=scale,status
      = events.k8s.io/v1
      Event events n short=ev
      = authentication.k8s.io/v1
      SelfSubjectReview selfsubjectreviews c only=create
      TokenReview tokenreviews c only=create
      = authorization.k8s.io/v1
      LocalSubjectAccessReview localsubjectaccessreviews n only=create
      SelfSubjectAccessReview selfsubjectaccessreviews c only=create
      SelfSubjectRulesReview selfsubjectrulesreviews c only=create
      SubjectAccessReview subjectaccessreviews c only=create
      = autoscaling/v2
      HorizontalPodAutoscaler horizontalpodautoscalers n short=hpa cat=all sub=status
      = autoscaling/v1
      HorizontalPodAutoscaler horizontalpodautoscalers n short=hpa cat=all sub=status
      = batch/v1
      CronJob cronjobs n short=cj cat=all sub=status
      Job jobs n cat=all sub=status
      = certificates.k8s.io/v1
      CertificateSigningRequest certificatesigningrequests c short=csr sub=approval,status
      = networking.k8s.io/v1
      IngressClass ingressclasses c
      Ingress ingresses n short=ing sub=status key=ingress
      IPAddress ipaddresses c short=ip
      NetworkPolicy networkpolicies n short=netpol
      ServiceCIDR servicecidrs c sub=status
      = policy/v1
      PodDisruptionBudget poddisruptionbudgets n short=pdb sub=status
      = rbac.authorization.k8s.io/v1
      ClusterRoleBinding clusterrolebindings c
      ClusterRole clusterroles c
      RoleBinding rolebindings n
      Role roles n
      = storage.k8s.io/v1
      CSIDriver csidrivers c
      CSINode csinodes c
      CSIStorageCapacity csistoragecapacities n
      StorageClass storageclasses c short=sc
      VolumeAttachment volumeattachments c sub=status
      VolumeAttributesClass volumeattributesclasses c short=vac
      = admissionregistration.k8s.io/v1
      MutatingAdmissionPolicy mutatingadmissionpolicies c cat=api-extensions
      MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings c cat=api-extensions
      MutatingWebhookConfiguration mutatingwebhookconfigurations c cat=api-extensions
      ValidatingAdmissionPolicy validatingadmissionpolicies c cat=api-extensions sub=status
      ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings c cat=api-extensions
      ValidatingWebhookConfiguration validatingwebhookconfigurations c cat=api-extensions
      = apiextensions.k8s.io/v1
      CustomResourceDefinition customresourcedefinitions c short=crd,crds cat=api-extensions sub=status key=apiextensions.k8s.io/customresourcedefinitions
      = scheduling.k8s.io/v1
      PriorityClass priorityclasses c short=pc
      = coordination.k8s.io/v1
      Lease leases n
      = node.k8s.io/v1
      RuntimeClass runtimeclasses c
      = discovery.k8s.io/v1
      EndpointSlice endpointslices n
      = resource.k8s.io/v1
      DeviceClass deviceclasses c
      ResourceClaim resourceclaims n sub=status
      ResourceClaimTemplate resourceclaimtemplates n
      ResourceSlice resourceslices c
      = flowcontrol.apiserver.k8s.io/v1
      FlowSchema flowschemas c sub=status
      PriorityLevelConfiguration prioritylevelconfigurations c sub=status
      """;

  private final SchemaCatalog schemas;
  private final StrategyCatalog strategies;
  private final ColumnCatalog columns;
  private final Function<GroupResource, Conversion> conversions;

  public BuiltInResources(
      SchemaCatalog schemas,
      StrategyCatalog strategies,
      ColumnCatalog columns,
      Function<GroupResource, Conversion> conversions) {
    this.schemas = schemas;
    this.strategies = strategies;
    this.columns = columns;
    this.conversions = conversions;
  }

  /** One line of the table. */
  private record Row(String apiVersion, String kind, String plural, Scope scope, String words) {
    String word(String name) {
      for (String word : words.split(" ")) {
        if (word.startsWith(name + "=")) {
          return word.substring(name.length() + 1);
        }
      }
      return "";
    }

    List<String> list(String name) {
      String text = word(name);
      return text.isEmpty() ? List.of() : List.of(text.split(","));
    }

    GroupVersionResource resource() {
      return GroupVersionResource.of(apiVersion, plural);
    }

    GroupVersionKind gvk() {
      return GroupVersionKind.of(apiVersion, kind);
    }
  }

  public List<ResourceDefinition> definitions() {
    List<Row> rows = rows();
    List<ResourceDefinition> definitions = new ArrayList<>();
    for (Row row : rows) {
      if (isStorage(row)) {
        List<ServedVersion> versions = new ArrayList<>();
        for (Row other : rows) {
          if (other.plural.equals(row.plural) && isSameResource(row, other)) {
            versions.add(version(other, other == row));
          }
        }
        definitions.add(definition(row, versions));
      }
    }
    return definitions;
  }

  /** Every group and version in discovery's order, {@code v1} first. */
  public static List<String> groupVersions() {
    return TABLE
        .lines()
        .filter(line -> line.startsWith("= "))
        .map(line -> line.substring(2))
        .toList();
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    String apiVersion = "";
    for (String line : TABLE.lines().toList()) {
      if (line.startsWith("= ")) {
        apiVersion = line.substring(2);
        continue;
      }
      String[] words = line.split(" ", 4);
      rows.add(
          new Row(
              apiVersion,
              words[0],
              words[1],
              words[2].equals("n") ? Scope.NAMESPACED : Scope.CLUSTER,
              words.length > 3 ? words[3] : ""));
    }
    return rows;
  }

  /** Events are stored as core/v1, autoscalers as autoscaling/v2; all others have one version. */
  private static boolean isStorage(Row row) {
    return !row.apiVersion.equals("events.k8s.io/v1") && !row.apiVersion.equals("autoscaling/v1");
  }

  private static boolean isSameResource(Row row, Row other) {
    return other == row
        || row.resource().group().equals(other.resource().group())
        || row.plural.equals("events");
  }

  private ServedVersion version(Row row, boolean storage) {
    String deprecation =
        row.kind.equals("Endpoints") && row.apiVersion.equals("v1")
            ? "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
            : row.kind.equals("ComponentStatus")
                ? "v1 ComponentStatus is deprecated in v1.19+"
                : null;
    return new ServedVersion(
        row.resource(),
        row.gvk(),
        row.kind + "List",
        schemas.type(TypeNames.of(row.gvk())),
        true,
        storage,
        deprecation,
        SelectableFields.of(row.gvk()),
        columns.columns(row.resource()));
  }

  private ResourceDefinition definition(Row row, List<ServedVersion> versions) {
    GroupResource name = row.resource().groupResource();
    String key = row.word("key").isEmpty() ? row.plural : row.word("key");
    List<SubresourceDefinition> subresources = new ArrayList<>();
    for (String sub : row.list("sub")) {
      subresources.add(subresource(row, sub));
    }
    return new ResourceDefinition(
        name,
        row.kind.toLowerCase(java.util.Locale.ROOT),
        row.list("short"),
        row.list("cat"),
        row.scope,
        "/registry/" + key + "/",
        row.word("only").isEmpty() ? STORED_VERBS : row.list("only"),
        subresources,
        versions,
        conversions.apply(name),
        strategies.strategy(name),
        row.plural.equals("events") ? OptionalLong.of(EVENT_TTL_SECONDS) : OptionalLong.empty(),
        false);
  }

  private static SubresourceDefinition subresource(Row row, String name) {
    return switch (name) {
      case "scale" ->
          new SubresourceDefinition(
              name, SCALE, new GroupVersionKind("autoscaling", "v1", "Scale"), PART_VERBS);
      case "binding" ->
          new SubresourceDefinition(
              name, BINDING, new GroupVersionKind("", "v1", "Binding"), List.of("create"));
      case "eviction" ->
          new SubresourceDefinition(
              name, EVICTION, new GroupVersionKind("policy", "v1", "Eviction"), List.of("create"));
      case "token" ->
          new SubresourceDefinition(
              name,
              TOKEN,
              new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest"),
              List.of("create"));
      case "exec" -> stream(name, "PodExecOptions");
      case "attach" -> stream(name, "PodAttachOptions");
      case "portforward" -> stream(name, "PodPortForwardOptions");
      case "log" -> new SubresourceDefinition(name, KUBELET, row.gvk(), List.of("get"));
      case "proxy" ->
          new SubresourceDefinition(
              name, PROXY, new GroupVersionKind("", "v1", row.kind + "ProxyOptions"), PROXY_VERBS);
      case "finalize" ->
          new SubresourceDefinition(name, PART_OF_OBJECT, row.gvk(), List.of("update"));
      default -> new SubresourceDefinition(name, PART_OF_OBJECT, row.gvk(), PART_VERBS);
    };
  }

  private static SubresourceDefinition stream(String name, String kind) {
    return new SubresourceDefinition(
        name, KUBELET, new GroupVersionKind("", "v1", kind), List.of("create", "get"));
  }
}
