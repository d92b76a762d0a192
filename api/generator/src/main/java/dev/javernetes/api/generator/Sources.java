package dev.javernetes.api.generator;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which parts of the artifacts are taken, and the few facts that no artifact states. */
final class Sources {
  static final String META = "k8s.io.apimachinery.pkg.apis.meta.v1.";
  static final String APIEXTENSIONS = "k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.";
  static final String AGGREGATION_PACKAGE = "k8s.io.kube_aggregator.pkg.apis.apiregistration.v1";
  static final String VERSION_PACKAGE = "k8s.io.apimachinery.pkg.version";

  /** Classes of client-java-proto: every group and version that 1.36 serves by default. */
  static final List<String> PROTO_CLASSES =
      List.of(
          "IntStr",
          "Resource",
          "Runtime",
          "Meta",
          "V1",
          "V1Admission",
          "V1Admissionregistration",
          "V1Apiextensions",
          "V1Apps",
          "V1Authentication",
          "V1Authorization",
          "V1Autoscaling",
          "V1Batch",
          "V1Certificates",
          "V1Coordination",
          "V1Discovery",
          "V1Events",
          "V1Flowcontrol",
          "V1Networking",
          "V1Node",
          "V1Policy",
          "V1Rbac",
          "V1Resource",
          "V1Scheduling",
          "V1Storage",
          "V2Apidiscovery",
          "V2Autoscaling");

  /** Classes of client-java-api with the paths that are served. */
  static final List<String> API_CLASSES =
      List.of(
          "AdmissionregistrationV1Api",
          "ApiextensionsV1Api",
          "ApiregistrationV1Api",
          "AppsV1Api",
          "AuthenticationV1Api",
          "AuthorizationV1Api",
          "AutoscalingV1Api",
          "AutoscalingV2Api",
          "BatchV1Api",
          "CertificatesV1Api",
          "CoordinationV1Api",
          "CoreV1Api",
          "DiscoveryV1Api",
          "EventsV1Api",
          "FlowcontrolApiserverV1Api",
          "NetworkingV1Api",
          "NodeV1Api",
          "PolicyV1Api",
          "RbacAuthorizationV1Api",
          "ResourceV1Api",
          "SchedulingV1Api",
          "StorageV1Api");

  /** The API group of a protobuf package's last but one word, where it is not the word itself. */
  static final Map<String, String> GROUPS =
      Map.ofEntries(
          Map.entry("core", ""),
          Map.entry("meta", ""),
          Map.entry("admission", "admission.k8s.io"),
          Map.entry("admissionregistration", "admissionregistration.k8s.io"),
          Map.entry("apidiscovery", "apidiscovery.k8s.io"),
          Map.entry("apiextensions", "apiextensions.k8s.io"),
          Map.entry("apiregistration", "apiregistration.k8s.io"),
          Map.entry("authentication", "authentication.k8s.io"),
          Map.entry("authorization", "authorization.k8s.io"),
          Map.entry("certificates", "certificates.k8s.io"),
          Map.entry("coordination", "coordination.k8s.io"),
          Map.entry("discovery", "discovery.k8s.io"),
          Map.entry("events", "events.k8s.io"),
          Map.entry("flowcontrol", "flowcontrol.apiserver.k8s.io"),
          Map.entry("networking", "networking.k8s.io"),
          Map.entry("node", "node.k8s.io"),
          Map.entry("rbac", "rbac.authorization.k8s.io"),
          Map.entry("resource", "resource.k8s.io"),
          Map.entry("scheduling", "scheduling.k8s.io"),
          Map.entry("storage", "storage.k8s.io"));

  /** Messages that are a scalar, a bare list or any JSON value outside protobuf. */
  static final Map<String, String> SPECIAL =
      Map.ofEntries(
          Map.entry("k8s.io.apimachinery.pkg.api.resource.Quantity", "QUANTITY"),
          Map.entry("k8s.io.apimachinery.pkg.util.intstr.IntOrString", "INT_OR_STRING"),
          Map.entry("k8s.io.apimachinery.pkg.runtime.RawExtension", "RAW_JSON"),
          Map.entry(META + "Time", "TIME"),
          Map.entry(META + "MicroTime", "MICRO_TIME"),
          Map.entry(META + "Duration", "DURATION"),
          Map.entry(META + "FieldsV1", "RAW_JSON"),
          Map.entry(APIEXTENSIONS + "JSON", "RAW_JSON"),
          Map.entry(APIEXTENSIONS + "JSONSchemaPropsOrBool", "SCHEMA_UNION"),
          Map.entry(APIEXTENSIONS + "JSONSchemaPropsOrArray", "SCHEMA_UNION"),
          Map.entry(APIEXTENSIONS + "JSONSchemaPropsOrStringArray", "SCHEMA_UNION"));

  /** Messages with one repeated string that JSON writes as a bare array. */
  static final Set<String> STRING_LISTS =
      Set.of(
          "k8s.io.api.authentication.v1.ExtraValue",
          "k8s.io.api.authorization.v1.ExtraValue",
          "k8s.io.api.certificates.v1.ExtraValue",
          META + "Verbs");

  /** Never seen outside protobuf or Go. */
  static final Set<String> LEFT_OUT =
      Set.of(
          META + "Timestamp",
          META + "List",
          META + "TypeMeta",
          "k8s.io.api.core.v1.List",
          "k8s.io.apimachinery.pkg.runtime.TypeMeta",
          "k8s.io.apimachinery.pkg.runtime.Unknown",
          "k8s.io.apimachinery.pkg.api.resource.QuantityValue");

  /** Fields that protobuf spells otherwise, in types that OpenAPI lacks. */
  static final Map<String, String> RENAMED = Map.of("uID", "uid");

  /** {@code *string} fields whose empty text means something else than their absence. */
  static final Set<String> EMPTY_IS_A_VALUE =
      Set.of(
          "core.v1.PersistentVolumeClaimSpec.storageClassName",
          "core.v1.PersistentVolumeClaimSpec.volumeAttributesClassName",
          "core.v1.PersistentVolumeSpec.volumeAttributesClassName",
          "core.v1.PersistentVolumeClaimStatus.currentVolumeAttributesClassName",
          "core.v1.PodDNSConfigOption.value",
          "core.v1.TypedLocalObjectReference.apiGroup",
          "core.v1.TypedObjectReference.apiGroup",
          "core.v1.TypedObjectReference.namespace",
          "core.v1.EphemeralVolumeSource.storageClassName",
          "core.v1.AzureDiskVolumeSource.fsType",
          "core.v1.VolumeMount.mountPropagation",
          "core.v1.HostPathVolumeSource.type",
          "discovery.v1.EndpointPort.name",
          "discovery.v1.EndpointPort.appProtocol",
          "discovery.v1.Endpoint.hostname",
          "resource.v1.DeviceAttribute.string",
          "resource.v1.DeviceAttribute.version",
          "coordination.v1.LeaseSpec.preferredHolder");

  /** {@code +default=ref(…)}: the constants' values. */
  static final Map<String, String> DEFAULT_CONSTANTS =
      Map.of(
          "AzureDataDiskCachingReadWrite", "\"ReadWrite\"",
          "AzureSharedBlobDisk", "\"Shared\"",
          "DeviceTolerationOpEqual", "\"Equal\"",
          "DefaultCachingMode", "\"ReadWrite\"");

  /** kube-aggregator's protobuf definition, which no Java artifact has: type to fields in order. */
  static final Map<String, List<String>> AGGREGATION =
      Map.of(
          "APIService", List.of("metadata", "spec", "status"),
          "APIServiceCondition",
              List.of("type", "status", "lastTransitionTime", "reason", "message"),
          "APIServiceList", List.of("metadata", "items"),
          "APIServiceSpec",
              List.of(
                  "service",
                  "group",
                  "version",
                  "insecureSkipTLSVerify",
                  "caBundle",
                  "",
                  "groupPriorityMinimum",
                  "versionPriority"),
          "APIServiceStatus", List.of("conditions"),
          "ServiceReference", List.of("namespace", "name", "port"));

  private Sources() {}

  /**
   * The API group of a protobuf package: {@code k8s.io.api.rbac.v1} is {@code
   * rbac.authorization.k8s.io}.
   */
  static String group(String protoPackage) {
    String[] words = protoPackage.split("\\.");
    String word = words[words.length - 2];
    return GROUPS.getOrDefault(word, word);
  }
}
