package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Security contexts of pods and containers. */
final class SecurityContextRules {
  private static final String SYSCTL_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
  private static final String SYSCTL = "(" + SYSCTL_SEGMENT + "[\\./])*" + SYSCTL_SEGMENT;
  private static final com.google.re2j.Pattern SYSCTL_PATTERN =
      com.google.re2j.Pattern.compile(SYSCTL);
  private static final Set<String> IPC_SYSCTLS =
      Set.of(
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced",
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni");
  private static final Pattern NET_BIOS =
      Pattern.compile("[^\\\\/:*?\"<>|.][^\\\\/:*?\"<>|]{0,14}");
  private static final String DNS_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
  private static final com.google.re2j.Pattern USER_DOMAIN =
      com.google.re2j.Pattern.compile(DNS_LABEL + "(?:\\." + DNS_LABEL + ")*");
  private static final String BAD_USER_CHARACTERS = "\"/\\:;|=,+*?<>@[]";

  private SecurityContextRules() {}

  static void container(
      @Nullable JsonObject context, boolean hostUsers, FieldPath path, ErrorList errors) {
    if (context == null) {
      return;
    }
    ids(context, List.of("runAsUser", "runAsGroup"), path, errors);
    if (context.has("procMount")) {
      String procMount = context.string("procMount");
      FieldRules.supported(
          procMount, List.of("Default", "Unmasked"), path.child("procMount"), errors);
      if (hostUsers && procMount.equals("Unmasked")) {
        errors.invalid(
            path.child("procMount"), procMount, "`hostUsers` must be false to use `Unmasked`");
      }
    }
    seccomp(context.object("seccompProfile"), path.child("seccompProfile"), errors);
    if (Boolean.FALSE.equals(context.boolOrNull("allowPrivilegeEscalation"))) {
      if (context.bool("privileged")) {
        errors.invalid(
            path,
            context,
            "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
      }
      if (context.objectOrEmpty("capabilities").strings("add").contains("CAP_SYS_ADMIN")) {
        errors.invalid(
            path,
            context,
            "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
      }
    }
    windows(context.object("windowsOptions"), path.child("windowsOptions"), errors);
    appArmor(context.object("appArmorProfile"), path.child("appArmorProfile"), errors);
  }

  static void pod(JsonObject spec, FieldPath path, ErrorList errors) {
    JsonObject context = spec.object("securityContext");
    if (context == null) {
      return;
    }
    ids(context, List.of("fsGroup", "runAsUser", "runAsGroup"), path, errors);
    List<?> groups = context.array("supplementalGroups");
    for (int i = 0; groups != null && i < groups.size(); i++) {
      if (groups.get(i) instanceof Long group) {
        FieldRules.invalid(
            FieldRules.userOrGroupId(group),
            path.child("supplementalGroups").index(i),
            group,
            errors);
      }
    }
    if (spec.bool("shareProcessNamespace") && spec.bool("hostPID")) {
      errors.invalid(
          path.child("shareProcessNamespace"),
          true,
          "ShareProcessNamespace and HostPID cannot both be enabled");
    }
    sysctls(context.objects("sysctls"), spec, path.child("sysctls"), errors);
    if (context.has("fsGroupChangePolicy")) {
      FieldRules.supported(
          context.string("fsGroupChangePolicy"),
          List.of("Always", "OnRootMismatch"),
          path.child("fsGroupChangePolicy"),
          errors);
    }
    seccomp(context.object("seccompProfile"), path.child("seccompProfile"), errors);
    windows(context.object("windowsOptions"), path.child("windowsOptions"), errors);
    appArmor(context.object("appArmorProfile"), path.child("appArmorProfile"), errors);
    if (context.has("supplementalGroupsPolicy")) {
      FieldRules.supported(
          context.string("supplementalGroupsPolicy"),
          List.of("Merge", "Strict"),
          path.child("supplementalGroupsPolicy"),
          errors);
    }
    if (context.has("seLinuxChangePolicy")) {
      FieldRules.supported(
          context.string("seLinuxChangePolicy"),
          List.of("MountOption", "Recursive"),
          path.child("seLinuxChangePolicy"),
          errors);
    }
  }

  private static void ids(
      JsonObject context, List<String> names, FieldPath path, ErrorList errors) {
    for (String name : names) {
      Long id = context.integerOrNull(name);
      if (id != null) {
        FieldRules.invalid(FieldRules.userOrGroupId(id), path.child(name), id, errors);
      }
    }
  }

  private static void sysctls(
      List<JsonObject> sysctls, JsonObject spec, FieldPath path, ErrorList errors) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < sysctls.size(); i++) {
      String name = sysctls.get(i).string("name");
      FieldPath at = path.index(i).child("name");
      if (name.isEmpty()) {
        errors.required(at, "");
      } else if (name.length() > 253 || !SYSCTL_PATTERN.matches(name)) {
        errors.invalid(
            at, name, "must have at most 253 characters and match regex ^" + SYSCTL + "$");
      } else if (names.contains(name)) {
        errors.duplicate(at, name);
      }
      String dotted = name.replace('/', '.');
      if (spec.bool("hostNetwork") && dotted.startsWith("net.")) {
        errors.invalid(at, name, "may not be specified when 'hostNetwork' is true");
      } else if (spec.bool("hostIPC")
          && (IPC_SYSCTLS.contains(dotted) || dotted.startsWith("fs.mqueue."))) {
        errors.invalid(at, name, "may not be specified when 'hostIPC' is true");
      }
      names.add(name);
    }
  }

  private static void seccomp(@Nullable JsonObject profile, FieldPath path, ErrorList errors) {
    if (profile == null) {
      return;
    }
    String type = profile.string("type");
    if (type.isEmpty()) {
      errors.required(path.child("type"), "type is required when seccompProfile is set");
    } else {
      FieldRules.supported(
          type, List.of("Localhost", "RuntimeDefault", "Unconfined"), path.child("type"), errors);
    }
    if (type.equals("Localhost")) {
      if (!profile.has("localhostProfile")) {
        errors.required(
            path.child("localhostProfile"), "must be set when seccomp type is Localhost");
      } else {
        PathRules.localDescending(
            profile.string("localhostProfile"), path.child("localhostProfile"), errors);
      }
    } else if (profile.has("localhostProfile")) {
      errors.invalid(
          path.child("localhostProfile"),
          profile,
          "can only be set when seccomp type is Localhost");
    }
  }

  private static void appArmor(@Nullable JsonObject profile, FieldPath path, ErrorList errors) {
    if (profile == null) {
      return;
    }
    FieldPath local = path.child("localhostProfile");
    String name = profile.string("localhostProfile");
    switch (profile.string("type")) {
      case "Localhost" -> {
        if (!profile.has("localhostProfile")) {
          errors.required(local, "must be set when AppArmor type is Localhost");
          return;
        }
        if (!name.equals(name.strip())) {
          errors.invalid(local, name, "must not be padded with whitespace");
        } else if (name.isEmpty()) {
          errors.required(local, "must be set when AppArmor type is Localhost");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > 4095) {
          errors.tooLong(local, 4095);
        }
      }
      case "RuntimeDefault", "Unconfined" -> {
        if (profile.has("localhostProfile")) {
          errors.invalid(local, name, "can only be set when AppArmor type is Localhost");
        }
      }
      case "" ->
          errors.required(path.child("type"), "type is required when appArmorProfile is set");
      default ->
          errors.notSupportedInOrder(
              path.child("type"),
              profile.string("type"),
              List.of("Localhost", "RuntimeDefault", "Unconfined"));
    }
  }

  private static void windows(@Nullable JsonObject options, FieldPath path, ErrorList errors) {
    if (options == null) {
      return;
    }
    if (options.has("gmsaCredentialSpecName")) {
      FieldRules.dnsSubdomain(
          options.string("gmsaCredentialSpecName"), path.child("gmsaCredentialSpecName"), errors);
    }
    String spec = options.stringOrNull("gmsaCredentialSpec");
    if (spec != null) {
      if (spec.isEmpty()) {
        errors.invalid(
            path.child("gmsaCredentialSpec"), spec, "gmsaCredentialSpec cannot be an empty string");
      } else if (spec.getBytes(StandardCharsets.UTF_8).length > 64 << 10) {
        errors.invalid(
            path.child("gmsaCredentialSpec"), spec, "gmsaCredentialSpec size must be under 64 KiB");
      }
    }
    String user = options.stringOrNull("runAsUserName");
    if (user != null) {
      runAsUserName(user, path.child("runAsUserName"), errors);
    }
  }

  private static void runAsUserName(String name, FieldPath path, ErrorList errors) {
    if (name.isEmpty()) {
      errors.invalid(path, name, "runAsUserName cannot be an empty string");
      return;
    }
    if (name.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      errors.invalid(path, name, "runAsUserName cannot contain control characters");
      return;
    }
    String[] parts = name.split("\\\\", -1);
    if (parts.length > 2) {
      errors.invalid(path, name, "runAsUserName cannot contain more than one backslash");
      return;
    }
    String domain = parts.length == 2 ? parts[0] : "";
    String user = parts[parts.length - 1];
    if (domain.length() >= 256) {
      errors.invalid(path, name, "runAsUserName's Domain length must be under 256 characters");
    }
    if (parts.length == 2 && !NET_BIOS.matcher(domain).matches() && !USER_DOMAIN.matches(domain)) {
      errors.invalid(
          path, name, "runAsUserName's Domain doesn't match the NetBios nor the DNS format");
    }
    if (user.isEmpty()) {
      errors.invalid(path, name, "runAsUserName's User cannot be empty");
    } else if (user.length() > 104) {
      errors.invalid(
          path, name, "runAsUserName's User length must not be longer than 104 characters");
    }
    if (!user.isEmpty() && user.chars().allMatch(c -> c == '.' || c == ' ')) {
      errors.invalid(path, name, "runAsUserName's User cannot contain only periods or spaces");
    }
    if (user.chars().anyMatch(c -> BAD_USER_CHARACTERS.indexOf(c) >= 0)) {
      errors.invalid(
          path,
          name,
          "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
    }
  }
}
