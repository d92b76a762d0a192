package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.IpRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The whole of a pod's specification, in a pod or in a template. The order of the checks is
 * upstream's, so that the message of several errors reads the same.
 */
public final class PodSpecRules {
  private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
  private static final List<String> DNS_POLICIES =
      List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");

  /** What a container is called where, and in which order upstream visits them. */
  static final List<String> CONTAINER_LISTS =
      List.of("initContainers", "containers", "ephemeralContainers");

  @FunctionalInterface
  interface ContainerVisitor {
    void visit(JsonObject container, FieldPath path);
  }

  private PodSpecRules() {}

  static void forEachContainer(JsonObject spec, FieldPath path, ContainerVisitor visitor) {
    for (String list : CONTAINER_LISTS) {
      List<JsonObject> containers = spec.objects(list);
      for (int i = 0; i < containers.size(); i++) {
        visitor.visit(containers.get(i), path.child(list).index(i));
      }
    }
  }

  /**
   * @param metadata the pod's, or the template's
   * @param isPod whether this is a pod itself, not a template
   */
  public static void check(
      JsonObject spec, JsonObject metadata, boolean isPod, FieldPath path, ErrorList errors) {
    if (!spec.has("terminationGracePeriodSeconds")) {
      errors.required(path.child("terminationGracePeriodSeconds"), "");
    }
    Map<String, JsonObject> volumes =
        VolumeRules.check(
            spec.objects("volumes"), metadata.string("name"), isPod, path.child("volumes"), errors);
    Set<String> claimNames = claims(spec, metadata, path.child("resourceClaims"), errors);
    String os = spec.objectOrEmpty("os").string("name");
    PodScope scope =
        new PodScope(
            volumes,
            claimNames,
            spec.integerOrNull("terminationGracePeriodSeconds"),
            spec.string("restartPolicy"),
            !Boolean.FALSE.equals(spec.boolOrNull("hostUsers")),
            os);
    ContainerRules containers = new ContainerRules(scope);
    List<JsonObject> regular = spec.objects("containers");
    List<JsonObject> init = spec.objects("initContainers");
    containers.regular(regular, path.child("containers"), errors);
    containers.init(init, regular, path.child("initContainers"), errors);
    containers.ephemeral(
        spec.objects("ephemeralContainers"),
        regular,
        init,
        path.child("ephemeralContainers"),
        errors);
    ResourceRules.pod(spec, os, path, errors);
    hostNetworkPorts(spec, isPod, path, errors);
    FieldRules.oneOf(
        spec.string("restartPolicy"), RESTART_POLICIES, path.child("restartPolicy"), errors);
    FieldRules.oneOf(spec.string("dnsPolicy"), DNS_POLICIES, path.child("dnsPolicy"), errors);
    ObjectMetaRules.validateLabels(
        spec.stringMap("nodeSelector"), path.child("nodeSelector"), errors);
    SecurityContextRules.pod(spec, path.child("securityContext"), errors);
    SchedulingRules.affinity(spec.object("affinity"), path.child("affinity"), errors);
    dnsConfig(spec, path.child("dnsConfig"), errors);
    gates(spec, path, errors);
    SchedulingRules.spread(
        spec.objects("topologySpreadConstraints"), path.child("topologySpreadConstraints"), errors);
    OsRules.hostProcess(spec, path, errors);
    hostUsers(spec, path, errors);
    hostnameOverride(spec, path, errors);
    names(spec, path, errors);
    if (spec.has("overhead")) {
      ResourceRules.overhead(spec.objectOrEmpty("overhead"), path.child("overhead"), errors);
    }
    OsRules.check(spec, path, errors);
    fileKeyVolumes(spec, path, errors);
  }

  private static Set<String> claims(
      JsonObject spec, JsonObject metadata, FieldPath path, ErrorList errors) {
    Set<String> names = new HashSet<>();
    Set<String> seen = new HashSet<>();
    List<JsonObject> claims = spec.objects("resourceClaims");
    for (int i = 0; i < claims.size(); i++) {
      JsonObject claim = claims.get(i);
      FieldPath at = path.index(i);
      String name = claim.string("name");
      names.add(name);
      if (metadata.stringMap("annotations").containsKey(PodAnnotationRules.MIRROR)) {
        errors.forbidden(FieldPath.ROOT, "static pods do not support resource claims");
        continue;
      }
      if (name.isEmpty()) {
        errors.required(at.child("name"), "");
      } else if (!seen.add(name)) {
        errors.duplicate(at.child("name"), name);
      } else {
        FieldRules.dnsLabel(name, at.child("name"), errors);
      }
      String direct = claim.stringOrNull("resourceClaimName");
      String template = claim.stringOrNull("resourceClaimTemplateName");
      Object shown = InternalForm.of("core.PodResourceClaim", claim);
      if (direct != null && template != null) {
        errors.invalid(
            at,
            shown,
            "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
      }
      if (direct == null && template == null) {
        errors.invalid(
            at, shown, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
      }
      if (direct != null) {
        FieldRules.dnsSubdomain(direct, at.child("resourceClaimName"), errors);
      }
      if (template != null) {
        FieldRules.dnsSubdomain(template, at.child("resourceClaimTemplateName"), errors);
      }
    }
    names.remove("");
    return names;
  }

  private static void hostNetworkPorts(
      JsonObject spec, boolean isPod, FieldPath path, ErrorList errors) {
    if (!spec.bool("hostNetwork")) {
      return;
    }
    List<JsonObject> containers = spec.objects("containers");
    for (int i = 0; i < containers.size(); i++) {
      List<JsonObject> ports = containers.get(i).objects("ports");
      for (int j = 0; j < ports.size(); j++) {
        long hostPort = ports.get(j).integer("hostPort");
        if ((isPod || hostPort != 0) && hostPort != ports.get(j).integer("containerPort")) {
          errors.invalid(
              path.child("containers").index(i).child("ports").index(j).child("hostPort"),
              hostPort,
              "must match `containerPort` when `hostNetwork` is true");
        }
      }
    }
  }

  private static void dnsConfig(JsonObject spec, FieldPath path, ErrorList errors) {
    JsonObject config = spec.object("dnsConfig");
    if (spec.string("dnsPolicy").equals("None")) {
      if (config == null) {
        errors.required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
        return;
      }
      if (config.strings("nameservers").isEmpty()) {
        errors.required(
            path.child("nameservers"),
            "must provide at least one DNS nameserver when `dnsPolicy` is None");
        return;
      }
    }
    if (config == null) {
      return;
    }
    List<String> nameservers = config.strings("nameservers");
    if (nameservers.size() > 3) {
      errors.invalid(
          path.child("nameservers"),
          config.get("nameservers"),
          "must not have more than 3 nameservers");
    }
    for (int i = 0; i < nameservers.size(); i++) {
      IpRules.address(nameservers.get(i), path.child("nameservers").index(i), errors);
    }
    searches(config, path.child("searches"), errors);
    List<JsonObject> options = config.objects("options");
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).string("name").isEmpty()) {
        errors.required(path.child("options").index(i), "must not be empty");
      }
    }
  }

  private static void searches(JsonObject config, FieldPath path, ErrorList errors) {
    List<String> searches = config.strings("searches");
    if (searches.size() > 32) {
      errors.invalid(path, config.get("searches"), "must not have more than 32 search paths");
    }
    if (String.join(" ", searches).length() > 2048) {
      errors.invalid(
          path,
          config.get("searches"),
          "must not have more than 2048 characters (including spaces) in the search list");
    }
    for (int i = 0; i < searches.size(); i++) {
      String search = searches.get(i);
      if (!search.equals(".")) {
        String trimmed = search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
        FieldRules.invalid(subdomainWithUnderscore(trimmed), path.index(i), trimmed, errors);
      }
    }
  }

  private static List<String> subdomainWithUnderscore(String name) {
    String label = "[a-z0-9_]([-_a-z0-9]*[a-z0-9_])?";
    List<String> problems = new ArrayList<>(0);
    if (name.length() > 253) {
      problems.add("must be no more than 253 bytes");
    }
    if (!NameFormats.isDnsSubdomain(name.replace('_', 'a'))) {
      problems.add(
          NameFormats.regexError(
              "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' , '_' or '.', and"
                  + " must start and end with an alphanumeric character",
              label + "(\\." + label + ")*",
              "example.com"));
    }
    return problems;
  }

  private static void gates(JsonObject spec, FieldPath path, ErrorList errors) {
    List<JsonObject> readiness = spec.objects("readinessGates");
    for (int i = 0; i < readiness.size(); i++) {
      FieldRules.qualifiedName(
          readiness.get(i).string("conditionType"),
          path.child("readinessGates").index(i).child("conditionType"),
          errors);
    }
    Set<String> seen = new HashSet<>();
    List<JsonObject> scheduling = spec.objects("schedulingGates");
    for (int i = 0; i < scheduling.size(); i++) {
      String name = scheduling.get(i).string("name");
      FieldPath at = path.child("schedulingGates").index(i);
      FieldRules.qualifiedName(name, at, errors);
      if (!seen.add(name)) {
        errors.duplicate(at, name);
      }
    }
  }

  private static void hostUsers(JsonObject spec, FieldPath path, ErrorList errors) {
    if (!Boolean.FALSE.equals(spec.boolOrNull("hostUsers"))) {
      return;
    }
    if (spec.bool("hostNetwork")) {
      errors.forbidden(path.child("hostNetwork"), "when `hostUsers` is false");
    }
    if (spec.bool("hostPID")) {
      errors.forbidden(path.child("HostPID"), "when `hostUsers` is false");
    }
    if (spec.bool("hostIPC")) {
      errors.forbidden(path.child("HostIPC"), "when `hostUsers` is false");
    }
    forEachContainer(
        spec,
        path,
        (container, at) -> {
          if (!container.objects("volumeDevices").isEmpty()) {
            errors.forbidden(at.child("volumeDevices"), "when `hostUsers` is false");
          }
        });
  }

  private static void hostnameOverride(JsonObject spec, FieldPath path, ErrorList errors) {
    String override = spec.stringOrNull("hostnameOverride");
    if (override == null) {
      return;
    }
    FieldPath at = path.child("hostnameOverride");
    if (spec.bool("setHostnameAsFQDN")) {
      errors.forbidden(at, "may not be specified when setHostnameAsFQDN is true");
    }
    if (spec.bool("hostNetwork")) {
      errors.forbidden(at, "may not be specified when hostNetwork is true");
    }
    if (override.length() > 64) {
      errors.tooLong(at, 64);
    }
    FieldRules.dnsSubdomain(override, at, errors);
  }

  private static void names(JsonObject spec, FieldPath path, ErrorList errors) {
    optional(spec, "serviceAccountName", path, errors);
    optional(spec, "nodeName", path, errors);
    Long deadline = spec.integerOrNull("activeDeadlineSeconds");
    if (deadline != null && (deadline < 1 || deadline > Integer.MAX_VALUE)) {
      errors.invalid(
          path.child("activeDeadlineSeconds"), deadline, FieldRules.between(1, Integer.MAX_VALUE));
    }
    for (String name : List.of("hostname", "subdomain")) {
      if (!spec.string(name).isEmpty()) {
        FieldRules.dnsLabel(spec.string(name), path.child(name), errors);
      }
    }
    SchedulingRules.tolerations(spec.objects("tolerations"), path.child("tolerations"), errors);
    List<JsonObject> aliases = spec.objects("hostAliases");
    for (int i = 0; i < aliases.size(); i++) {
      FieldPath at = path.child("hostAliases").index(i);
      IpRules.address(aliases.get(i).string("ip"), at.child("ip"), errors);
      List<String> names = aliases.get(i).strings("hostnames");
      for (int j = 0; j < names.size(); j++) {
        FieldRules.dnsSubdomain(names.get(j), at.child("hostnames").index(j), errors);
      }
    }
    optional(spec, "priorityClassName", path, errors);
    if (spec.has("runtimeClassName")) {
      FieldRules.dnsSubdomain(
          spec.string("runtimeClassName"), path.child("runtimeClassName"), errors);
    }
    if (spec.has("preemptionPolicy")) {
      FieldRules.oneOf(
          spec.string("preemptionPolicy"),
          List.of("PreemptLowerPriority", "Never"),
          path.child("preemptionPolicy"),
          errors);
    }
  }

  private static void optional(JsonObject spec, String name, FieldPath path, ErrorList errors) {
    if (!spec.string(name).isEmpty()) {
      FieldRules.dnsSubdomain(spec.string(name), path.child(name), errors);
    }
  }

  private static void fileKeyVolumes(JsonObject spec, FieldPath path, ErrorList errors) {
    forEachContainer(
        spec,
        path,
        (container, at) -> {
          List<JsonObject> env = container.objects("env");
          for (int i = 0; i < env.size(); i++) {
            JsonObject file = env.get(i).objectOrEmpty("valueFrom").object("fileKeyRef");
            if (file == null) {
              continue;
            }
            String name = file.string("volumeName");
            FieldPath where =
                at.child("env").index(i).child("valueFrom", "fileKeyRef", "volumeName");
            JsonObject volume = volume(spec, name);
            if (volume == null) {
              errors.notFound(where, name);
            } else if (!volume.has("emptyDir")) {
              errors.invalid(where, name, "referenced volume must be of type emptyDir");
            }
          }
        });
  }

  private static @Nullable JsonObject volume(JsonObject spec, String name) {
    for (JsonObject volume : spec.objects("volumes")) {
      if (volume.string("name").equals(name)) {
        return volume;
      }
    }
    return null;
  }
}
