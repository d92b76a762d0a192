package dev.javernetes.controllermanager;

import dev.javernetes.client.EventRecorder;
import dev.javernetes.controllermanager.admissionpolicy.PolicyStatusController;
import dev.javernetes.controllermanager.certificates.CertificateSigner;
import dev.javernetes.controllermanager.certificates.SigningController;
import dev.javernetes.controllermanager.clusterrole.ClusterRoleAggregationController;
import dev.javernetes.controllermanager.cronjob.CronJobController;
import dev.javernetes.controllermanager.daemonset.DaemonSetController;
import dev.javernetes.controllermanager.deployment.DeploymentController;
import dev.javernetes.controllermanager.disruption.DisruptionController;
import dev.javernetes.controllermanager.endpoint.EndpointsController;
import dev.javernetes.controllermanager.endpointslice.EndpointSliceController;
import dev.javernetes.controllermanager.garbagecollector.GarbageCollector;
import dev.javernetes.controllermanager.job.JobController;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.namespace.NamespaceController;
import dev.javernetes.controllermanager.nodeipam.NodeIpamController;
import dev.javernetes.controllermanager.nodelifecycle.NodeLifecycleController;
import dev.javernetes.controllermanager.podgc.PodGcController;
import dev.javernetes.controllermanager.replicaset.ReplicaSetController;
import dev.javernetes.controllermanager.resourcequota.ResourceQuotaController;
import dev.javernetes.controllermanager.serviceaccount.PerNamespace;
import dev.javernetes.controllermanager.serviceaccount.TokenController;
import dev.javernetes.controllermanager.serviceaccount.TokenSigner;
import dev.javernetes.controllermanager.servicecidr.ServiceCidrController;
import dev.javernetes.controllermanager.statefulset.StatefulSetController;
import dev.javernetes.controllermanager.tainteviction.TaintEvictionController;
import dev.javernetes.controllermanager.ttlafterfinished.TtlAfterFinishedController;
import dev.javernetes.controllermanager.volume.EphemeralVolumeController;
import dev.javernetes.controllermanager.volume.ProtectionController;
import dev.javernetes.controllermanager.volume.VolumeBinderController;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Every controller under its upstream name, and how it is made. */
final class Catalogue {

  /** Makes a controller from the settings. */
  @FunctionalInterface
  interface Maker {
    Controller make(ControllerContext context, ControllerManagerOptions options);
  }

  /** Off unless named, as upstream has it. */
  static final Set<String> OFF_BY_DEFAULT =
      Set.of("bootstrap-signer-controller", "token-cleaner-controller");

  /** Controllers of upstream that are not here. */
  static final Set<String> NOT_BUILT =
      Set.of(
          "bootstrap-signer-controller",
          "token-cleaner-controller",
          "legacy-serviceaccount-token-cleaner-controller",
          "persistentvolume-attach-detach-controller",
          "persistentvolume-expander-controller",
          "storageversion-garbage-collector-controller",
          "resourceclaim-controller",
          "selinux-warning-controller",
          "storage-version-migrator-controller",
          "kube-apiserver-serving-clustertrustbundle-publisher-controller",
          "podcertificaterequest-cleaner-controller",
          "resource-pool-status-request-controller",
          "device-taint-eviction-controller",
          "ttl-controller",
          "horizontal-pod-autoscaler-controller",
          "service-lb-controller",
          "node-route-controller",
          "cloud-node-lifecycle-controller");

  /**
   * The service accounts that the bootstrap roles know, where they are not named as the controller.
   */
  private static final Map<String, String> SERVICE_ACCOUNTS =
      Map.ofEntries(
          Map.entry("replicationcontroller-controller", "replication-controller"),
          Map.entry("daemonset-controller", "daemon-set-controller"),
          Map.entry("endpoints-controller", "endpoint-controller"),
          Map.entry("endpointslice-mirroring-controller", "endpointslicemirroring-controller"),
          Map.entry("serviceaccount-controller", "service-account-controller"),
          Map.entry("root-ca-certificate-publisher-controller", "root-ca-cert-publisher"),
          Map.entry("service-cidr-controller", "service-cidrs-controller"),
          Map.entry("node-lifecycle-controller", "node-controller"),
          Map.entry("taint-eviction-controller", "node-controller"),
          Map.entry("node-ipam-controller", "node-controller"),
          Map.entry("garbage-collector-controller", "generic-garbage-collector"),
          Map.entry("pod-garbage-collector-controller", "pod-garbage-collector"),
          Map.entry("certificatesigningrequest-approving-controller", "certificate-controller"),
          Map.entry("certificatesigningrequest-signing-controller", "certificate-controller"),
          Map.entry("certificatesigningrequest-cleaner-controller", "certificate-controller"),
          Map.entry("persistentvolume-binder-controller", "persistent-volume-binder"),
          Map.entry("persistentvolumeclaim-protection-controller", "pvc-protection-controller"),
          Map.entry("persistentvolume-protection-controller", "pv-protection-controller"),
          // it makes the tokens, so it needs none
          Map.entry("serviceaccount-token-controller", ""));

  private Catalogue() {}

  /** As which account a controller acts; {@code ""}: as the controller manager itself. */
  static String serviceAccount(String controller) {
    return SERVICE_ACCOUNTS.getOrDefault(controller, controller);
  }

  static Map<String, Maker> controllers() {
    Map<String, Maker> makers = new LinkedHashMap<>();
    makers.put(
        "deployment-controller",
        (context, options) ->
            new DeploymentController(context, options.number("concurrent-deployment-syncs")));
    makers.put(
        "replicaset-controller",
        (context, options) ->
            ReplicaSetController.replicaSets(
                context, options.number("concurrent-replicaset-syncs")));
    makers.put(
        "replicationcontroller-controller",
        (context, options) ->
            ReplicaSetController.replicationControllers(
                context, options.number("concurrent-rc-syncs")));
    addWorkloads(makers);
    addNetworking(makers);
    addIdentity(makers);
    addNodes(makers);
    addGarbage(makers);
    addPolicies(makers);
    addCertificates(makers);
    addVolumes(makers);
    return makers;
  }

  private static void addWorkloads(Map<String, Maker> makers) {
    makers.put(
        "job-controller",
        (context, options) -> new JobController(context, options.number("concurrent-job-syncs")));
    makers.put(
        "cronjob-controller",
        (context, options) ->
            new CronJobController(context, options.number("concurrent-cron-job-syncs")));
    makers.put(
        "statefulset-controller",
        (context, options) ->
            new StatefulSetController(context, options.number("concurrent-statefulset-syncs")));
    makers.put(
        "daemonset-controller",
        (context, options) ->
            new DaemonSetController(context, options.number("concurrent-daemonset-syncs")));
  }

  private static void addNetworking(Map<String, Maker> makers) {
    makers.put(
        "endpoints-controller",
        (context, options) ->
            new EndpointsController(
                context.withEvents(EventRecorder.SILENT),
                options.number("concurrent-endpoint-syncs")));
    makers.put(
        "endpointslice-controller",
        (context, options) ->
            EndpointSliceController.selected(
                context,
                options.number("concurrent-service-endpoint-syncs"),
                options.number("max-endpoints-per-slice")));
    makers.put(
        "endpointslice-mirroring-controller",
        (context, options) ->
            EndpointSliceController.mirrored(
                context,
                options.number("mirroring-concurrent-service-endpoint-syncs"),
                options.number("mirroring-max-endpoints-per-subset")));
    makers.put("service-cidr-controller", (context, options) -> new ServiceCidrController(context));
  }

  private static void addIdentity(Map<String, Maker> makers) {
    makers.put(
        "namespace-controller",
        (context, options) ->
            new NamespaceController(context, options.number("concurrent-namespace-syncs")));
    makers.put(
        "serviceaccount-controller",
        (context, options) -> PerNamespace.defaultServiceAccount(context));
    makers.put(
        "root-ca-certificate-publisher-controller",
        (context, options) ->
            options.text("root-ca-file").isEmpty()
                ? Controller.IDLE
                : PerNamespace.rootCertificate(
                    context, new String(options.file("root-ca-file"), StandardCharsets.UTF_8)));
    makers.put(
        "serviceaccount-token-controller",
        (context, options) ->
            options.text("service-account-private-key-file").isEmpty()
                ? Controller.IDLE
                : new TokenController(
                    context,
                    options.number("concurrent-serviceaccount-token-syncs"),
                    TokenSigner.of(options.file("service-account-private-key-file")),
                    options.text("root-ca-file").isEmpty()
                        ? ""
                        : new String(options.file("root-ca-file"), StandardCharsets.UTF_8)));
  }

  private static void addNodes(Map<String, Maker> makers) {
    makers.put(
        "node-lifecycle-controller",
        (context, options) ->
            new NodeLifecycleController(
                context,
                new NodeLifecycleController.Settings(
                    options.duration("node-monitor-grace-period"),
                    options.duration("node-startup-grace-period"),
                    options.fraction("node-eviction-rate"),
                    options.fraction("secondary-node-eviction-rate"),
                    options.fraction("unhealthy-zone-threshold"),
                    options.number("large-cluster-size-threshold"))));
    makers.put(
        "taint-eviction-controller", (context, options) -> new TaintEvictionController(context));
    makers.put(
        "node-ipam-controller",
        (context, options) ->
            options.on("allocate-node-cidrs")
                ? new NodeIpamController(
                    context,
                    options.list("cluster-cidr"),
                    options.list("service-cluster-ip-range"),
                    options.number("node-cidr-mask-size-ipv4") == 24
                        ? options.number("node-cidr-mask-size")
                        : options.number("node-cidr-mask-size-ipv4"),
                    options.number("node-cidr-mask-size-ipv6"))
                : Controller.IDLE);
  }

  private static void addGarbage(Map<String, Maker> makers) {
    makers.put(
        "garbage-collector-controller",
        (context, options) ->
            options.on("enable-garbage-collector")
                ? new GarbageCollector(context, options.number("concurrent-gc-syncs"))
                : Controller.IDLE);
    makers.put(
        "pod-garbage-collector-controller",
        (context, options) ->
            new PodGcController(context, options.number("terminated-pod-gc-threshold")));
    makers.put(
        "ttl-after-finished-controller",
        (context, options) ->
            new TtlAfterFinishedController(
                context, options.number("concurrent-ttl-after-finished-syncs")));
  }

  private static void addPolicies(Map<String, Maker> makers) {
    makers.put(
        "clusterrole-aggregation-controller",
        (context, options) -> new ClusterRoleAggregationController(context));
    makers.put(
        "validatingadmissionpolicy-status-controller",
        (context, options) ->
            new PolicyStatusController(
                context, options.number("concurrent-validating-admission-policy-status-syncs")));
    makers.put("disruption-controller", (context, options) -> new DisruptionController(context));
    makers.put(
        "resourcequota-controller",
        (context, options) ->
            new ResourceQuotaController(
                context,
                options.number("concurrent-resource-quota-syncs"),
                options.duration("resource-quota-sync-period")));
  }

  private static void addCertificates(Map<String, Maker> makers) {
    makers.put(
        "certificatesigningrequest-approving-controller",
        (context, options) -> SigningController.approving(context));
    makers.put(
        "certificatesigningrequest-signing-controller",
        (context, options) ->
            options.text("cluster-signing-cert-file").isEmpty()
                ? Controller.IDLE
                : SigningController.signing(
                    context,
                    CertificateSigner.of(
                        options.file("cluster-signing-cert-file"),
                        options.file("cluster-signing-key-file"),
                        options.duration("cluster-signing-duration"),
                        context.random())));
    makers.put(
        "certificatesigningrequest-cleaner-controller",
        (context, options) -> SigningController.cleaning(context));
  }

  private static void addVolumes(Map<String, Maker> makers) {
    makers.put(
        "persistentvolume-binder-controller",
        (context, options) -> new VolumeBinderController(context));
    makers.put(
        "persistentvolumeclaim-protection-controller",
        (context, options) -> ProtectionController.claims(context));
    makers.put(
        "persistentvolume-protection-controller",
        (context, options) -> ProtectionController.volumes(context));
    makers.put(
        "volumeattributesclass-protection-controller",
        (context, options) -> ProtectionController.attributesClasses(context));
    makers.put(
        "ephemeral-volume-controller",
        (context, options) ->
            new EphemeralVolumeController(
                context, options.number("concurrent-ephemeralvolume-syncs")));
  }
}
