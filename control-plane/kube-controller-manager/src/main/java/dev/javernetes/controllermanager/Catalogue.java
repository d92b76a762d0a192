package dev.javernetes.controllermanager;

import dev.javernetes.controllermanager.deployment.DeploymentController;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.replicaset.ReplicaSetController;
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
          "selinux-warning-controller",
          "storage-version-migrator-controller",
          "kube-apiserver-serving-clustertrustbundle-publisher-controller",
          "podcertificaterequest-cleaner-controller",
          "volumeattributesclass-protection-controller",
          "device-taint-eviction-controller");

  private Catalogue() {}

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
    return makers;
  }
}
