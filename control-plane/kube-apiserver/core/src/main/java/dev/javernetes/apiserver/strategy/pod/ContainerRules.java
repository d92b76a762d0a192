package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Containers of the three sorts: regular, init, ephemeral. */
final class ContainerRules {
  static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final List<String> RESTART_POLICIES = List.of("Always", "Never", "OnFailure");
  private static final List<String> MESSAGE_POLICIES = List.of("File", "FallbackToLogsOnError");
  private static final String NOT_FOR_INIT =
      "may not be set for init containers without restartPolicy=Always";

  /** What an ephemeral container may not have, as upstream names the fields. */
  private static final List<String> NOT_FOR_EPHEMERAL =
      List.of(
          "ports",
          "resources",
          "resizePolicy",
          "restartPolicy",
          "restartPolicyRules",
          "livenessProbe",
          "readinessProbe",
          "startupProbe",
          "lifecycle");

  private final PodScope scope;

  ContainerRules(PodScope scope) {
    this.scope = scope;
  }

  void regular(List<JsonObject> containers, FieldPath path, ErrorList errors) {
    if (containers.isEmpty()) {
      errors.required(path, "");
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < containers.size(); i++) {
      JsonObject container = containers.get(i);
      FieldPath at = path.index(i);
      common(container, at, errors);
      if (!names.add(container.string("name"))) {
        errors.duplicate(at.child("name"), container.string("name"));
      }
      HandlerRules.lifecycle(container.object("lifecycle"), scope, at.child("lifecycle"), errors);
      HandlerRules.probes(container, scope, at, errors);
      restartPolicy(container, at, errors);
    }
    hostPorts(containers, path, errors);
  }

  void init(
      List<JsonObject> containers, List<JsonObject> regular, FieldPath path, ErrorList errors) {
    Set<String> names = new HashSet<>();
    regular.forEach(container -> names.add(container.string("name")));
    for (int i = 0; i < containers.size(); i++) {
      JsonObject container = containers.get(i);
      FieldPath at = path.index(i);
      common(container, at, errors);
      boolean sidecar = container.string("restartPolicy").equals("Always");
      if (container.has("restartPolicy")) {
        restartPolicy(container, at, errors);
      } else if (!container.objects("restartPolicyRules").isEmpty()) {
        errors.required(
            at.child("restartPolicy"), "must specify restartPolicy when restart rules are used");
      }
      String name = container.string("name");
      if (names.contains(name)) {
        errors.duplicate(at.child("name"), name);
      } else if (!name.isEmpty()) {
        names.add(name);
      }
      hostPorts(List.of(container), path, errors);
      if (sidecar) {
        HandlerRules.lifecycle(container.object("lifecycle"), scope, at.child("lifecycle"), errors);
        HandlerRules.probes(container, scope, at, errors);
      } else {
        for (String member :
            List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
          if (container.has(member)) {
            errors.forbidden(at.child(member), NOT_FOR_INIT);
          }
        }
        List<JsonObject> policies = container.objects("resizePolicy");
        for (int j = 0; j < policies.size(); j++) {
          if (policies.get(j).string("restartPolicy").equals("RestartContainer")) {
            errors.invalid(
                at.child("resizePolicy").index(j).child("restartPolicy"),
                "RestartContainer",
                "must not be set to 'RestartContainer' for non-sidecar initContainers");
          }
        }
      }
    }
  }

  void ephemeral(
      List<JsonObject> containers,
      List<JsonObject> regular,
      List<JsonObject> init,
      FieldPath path,
      ErrorList errors) {
    Set<String> others = new HashSet<>();
    regular.forEach(container -> others.add(container.string("name")));
    init.forEach(container -> others.add(container.string("name")));
    Set<String> names = new HashSet<>(others);
    for (int i = 0; i < containers.size(); i++) {
      JsonObject container = containers.get(i);
      FieldPath at = path.index(i);
      common(container, at, errors);
      imageSpace(container, at, errors);
      if (!names.add(container.string("name"))) {
        errors.duplicate(at.child("name"), container.string("name"));
      }
      String target = container.string("targetContainerName");
      if (!target.isEmpty() && !others.contains(target)) {
        errors.notFound(at.child("targetContainerName"), target);
      }
      for (String member : NOT_FOR_EPHEMERAL) {
        boolean given =
            container.get(member) instanceof List<?> list
                ? !list.isEmpty()
                : container.get(member) instanceof JsonObject object && member.equals("resources")
                    ? !object.isEmpty()
                    : container.has(member);
        if (given) {
          errors.forbidden(at.child(member), "cannot be set for an Ephemeral Container");
        }
      }
      List<JsonObject> mounts = container.objects("volumeMounts");
      for (int j = 0; j < mounts.size(); j++) {
        for (String member : List.of("subPath", "subPathExpr")) {
          if (!mounts.get(j).string(member).isEmpty()) {
            errors.forbidden(
                at.child("volumeMounts").index(j).child(member),
                "cannot be set for an Ephemeral Container");
          }
        }
      }
    }
  }

  static void imageSpace(JsonObject container, FieldPath path, ErrorList errors) {
    String image = container.string("image");
    if (!image.equals(image.strip())) {
      errors.invalid(path.child("image"), image, "must not have leading or trailing whitespace");
    }
  }

  private void common(JsonObject container, FieldPath path, ErrorList errors) {
    String name = container.string("name");
    if (name.isEmpty()) {
      errors.required(path.child("name"), "");
    } else {
      FieldRules.dnsLabel(name, path.child("name"), errors);
    }
    FieldRules.required(container, "image", path, errors);
    FieldRules.oneOf(
        container.string("terminationMessagePolicy"),
        MESSAGE_POLICIES,
        path.child("terminationMessagePolicy"),
        errors);
    ports(container.objects("ports"), path.child("ports"), errors);
    EnvironmentRules.env(container.objects("env"), path.child("env"), errors);
    EnvironmentRules.envFrom(container.objects("envFrom"), path.child("envFrom"), errors);
    mounts(container, path.child("volumeMounts"), errors);
    devices(container, path.child("volumeDevices"), errors);
    FieldRules.oneOf(
        container.string("imagePullPolicy"), PULL_POLICIES, path.child("imagePullPolicy"), errors);
    ResourceRules.container(
        container.objectOrEmpty("resources"), scope.claimNames(), path.child("resources"), errors);
    resizePolicy(container.objects("resizePolicy"), path.child("resizePolicy"), errors);
    SecurityContextRules.container(
        container.object("securityContext"),
        scope.hostUsers(),
        path.child("securityContext"),
        errors);
  }

  private static void ports(List<JsonObject> ports, FieldPath path, ErrorList errors) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      JsonObject port = ports.get(i);
      FieldPath at = path.index(i);
      String name = port.string("name");
      if (!name.isEmpty()) {
        List<String> problems = FieldRules.portName(name);
        FieldRules.invalid(problems, at.child("name"), name, errors);
        if (problems.isEmpty() && !names.add(name)) {
          errors.duplicate(at.child("name"), name);
        }
      }
      long number = port.integer("containerPort");
      if (number == 0) {
        errors.required(at.child("containerPort"), "");
      } else {
        FieldRules.invalid(
            FieldRules.portNumber(number), at.child("containerPort"), number, errors);
      }
      long hostPort = port.integer("hostPort");
      if (hostPort != 0) {
        FieldRules.invalid(FieldRules.portNumber(hostPort), at.child("hostPort"), hostPort, errors);
      }
      FieldRules.oneOf(port.string("protocol"), PROTOCOLS, at.child("protocol"), errors);
    }
  }

  private void mounts(JsonObject container, FieldPath path, ErrorList errors) {
    Map<String, String> devices = new HashMap<>();
    container
        .objects("volumeDevices")
        .forEach(device -> devices.put(device.string("name"), device.string("devicePath")));
    Set<String> paths = new HashSet<>();
    List<JsonObject> mounts = container.objects("volumeMounts");
    boolean privileged = container.objectOrEmpty("securityContext").bool("privileged");
    for (int i = 0; i < mounts.size(); i++) {
      JsonObject mount = mounts.get(i);
      FieldPath at = path.index(i);
      String name = mount.string("name");
      String mountPath = mount.string("mountPath");
      FieldRules.required(mount, "name", at, errors);
      if (!scope.volumes().containsKey(name)) {
        errors.notFound(at.child("name"), name);
      }
      FieldRules.required(mount, "mountPath", at, errors);
      if (!paths.add(mountPath)) {
        errors.invalid(at.child("mountPath"), mountPath, "must be unique");
      }
      if (devices.containsKey(name)) {
        errors.invalid(at.child("name"), name, "must not already exist in volumeDevices");
      }
      if (devices.containsValue(mountPath)) {
        errors.invalid(
            at.child("mountPath"), mountPath, "must not already exist as a path in volumeDevices");
      }
      subPaths(mount, at, path, errors);
      propagation(mount, privileged, path, errors);
    }
  }

  private static void subPaths(JsonObject mount, FieldPath at, FieldPath path, ErrorList errors) {
    String subPath = mount.string("subPath");
    String expression = mount.string("subPathExpr");
    if (!subPath.isEmpty()) {
      PathRules.localDescending(subPath, path.child("subPath"), errors);
    }
    if (!expression.isEmpty()) {
      if (!subPath.isEmpty()) {
        errors.invalid(
            at.child("subPathExpr"), expression, "subPathExpr and subPath are mutually exclusive");
      }
      PathRules.localDescending(expression, path.child("subPathExpr"), errors);
    }
  }

  private static void propagation(
      JsonObject mount, boolean privileged, FieldPath path, ErrorList errors) {
    String propagation = mount.string("mountPropagation");
    if (mount.has("mountPropagation")) {
      FieldRules.supported(
          propagation,
          List.of("Bidirectional", "HostToContainer", "None"),
          path.child("mountPropagation"),
          errors);
      if (propagation.equals("Bidirectional") && !privileged) {
        errors.forbidden(
            path.child("mountPropagation"),
            "Bidirectional mount propagation is available only to privileged containers");
      }
    }
    if (!mount.has("recursiveReadOnly")) {
      return;
    }
    FieldPath at = path.child("recursiveReadOnly");
    switch (mount.string("recursiveReadOnly")) {
      case "Disabled" -> {}
      case "Enabled", "IfPossible" -> {
        if (!mount.bool("readOnly")) {
          errors.forbidden(at, "may only be specified when readOnly is true");
        }
        if (mount.has("mountPropagation") && !propagation.equals("None")) {
          errors.forbidden(
              at, "may only be specified when mountPropagation is None or not specified");
        }
      }
      default ->
          errors.notSupportedInOrder(
              at, mount.string("recursiveReadOnly"), List.of("Disabled", "Enabled", "IfPossible"));
    }
  }

  private void devices(JsonObject container, FieldPath path, ErrorList errors) {
    Map<String, String> mounts = new HashMap<>();
    container
        .objects("volumeMounts")
        .forEach(mount -> mounts.put(mount.string("name"), mount.string("mountPath")));
    Set<String> names = new HashSet<>();
    Set<String> paths = new HashSet<>();
    List<JsonObject> devices = container.objects("volumeDevices");
    for (int i = 0; i < devices.size(); i++) {
      FieldPath at = path.index(i);
      String name = devices.get(i).string("name");
      String device = devices.get(i).string("devicePath");
      Boolean blockCapable = VolumeRules.isBlockCapable(name, scope.volumes());
      FieldRules.required(devices.get(i), "name", at, errors);
      if (names.contains(name)) {
        errors.invalid(at.child("name"), name, "must be unique");
      }
      if (blockCapable == null) {
        errors.notFound(at.child("name"), name);
      } else if (!blockCapable) {
        errors.invalid(
            at.child("name"),
            name,
            "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
      }
      FieldRules.required(devices.get(i), "devicePath", at, errors);
      if (paths.contains(device)) {
        errors.invalid(at.child("devicePath"), device, "must be unique");
      }
      if (PathRules.hasBacksteps(device)) {
        errors.invalid(at.child("devicePath"), device, "can not contain backsteps ('..')");
      } else {
        paths.add(device);
      }
      if (mounts.containsKey(name)) {
        errors.invalid(at.child("name"), name, "must not already exist in volumeMounts");
      }
      if (mounts.containsValue(device)) {
        errors.invalid(
            at.child("devicePath"), device, "must not already exist as a path in volumeMounts");
      }
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
  }

  private void resizePolicy(List<JsonObject> policies, FieldPath path, ErrorList errors) {
    Set<String> resources = new HashSet<>();
    for (int i = 0; i < policies.size(); i++) {
      String resource = policies.get(i).string("resourceName");
      String restart = policies.get(i).string("restartPolicy");
      if (!resources.add(resource)) {
        errors.duplicate(path.index(i), resource);
      }
      FieldRules.oneOf(resource, List.of("cpu", "memory"), path, errors);
      FieldRules.oneOf(restart, List.of("NotRequired", "RestartContainer"), path, errors);
      if (scope.restartPolicy().equals("Never") && !restart.equals("NotRequired")) {
        errors.invalid(path, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
      }
    }
  }

  private static void restartPolicy(JsonObject container, FieldPath path, ErrorList errors) {
    List<JsonObject> rules = container.objects("restartPolicyRules");
    if (container.has("restartPolicy")) {
      FieldRules.supported(
          container.string("restartPolicy"), RESTART_POLICIES, path.child("restartPolicy"), errors);
    } else if (!rules.isEmpty()) {
      errors.required(
          path.child("restartPolicy"), "must specify restartPolicy when restart rules are used");
    } else {
      return;
    }
    if (rules.size() > 20) {
      errors.tooMany(path.child("restartPolicyRules"), rules.size(), 20);
    }
    for (int i = 0; i < rules.size(); i++) {
      FieldPath at = path.child("restartPolicyRules").index(i);
      FieldRules.supported(
          rules.get(i).string("action"),
          List.of("Restart", "RestartAllContainers"),
          at.child("action"),
          errors);
      JsonObject codes = rules.get(i).object("exitCodes");
      if (codes == null) {
        errors.required(at.child("exitCodes"), "must be specified");
        continue;
      }
      FieldRules.supported(
          codes.string("operator"),
          List.of("In", "NotIn"),
          at.child("exitCodes", "operator"),
          errors);
      List<?> values = codes.array("values");
      if (values != null && values.size() > 255) {
        errors.tooMany(at.child("exitCodes", "values"), values.size(), 255);
      }
    }
  }

  private static void hostPorts(List<JsonObject> containers, FieldPath path, ErrorList errors) {
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < containers.size(); i++) {
      List<JsonObject> ports = containers.get(i).objects("ports");
      for (int j = 0; j < ports.size(); j++) {
        JsonObject port = ports.get(j);
        if (port.integer("hostPort") == 0) {
          continue;
        }
        String shown =
            port.string("protocol") + "/" + port.string("hostIP") + "/" + port.integer("hostPort");
        if (!taken.add(shown)) {
          errors.duplicate(path.index(i).child("ports").index(j).child("hostPort"), shown);
        }
      }
    }
  }
}
