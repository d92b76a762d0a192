package dev.javernetes.apiserver.strategy.pod;

import static dev.javernetes.apiserver.strategy.FieldRules.required;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.core.PersistentVolumeClaimRules;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What each volume source must say; also used by persistent volumes, which share most of them. */
public final class VolumeSources {
  static final String ISCSI_NAME_TOO_LONG =
      "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is"
          + " specified.";
  private static final Pattern IQN =
      Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.([a-zA-Z0-9.-]+)(:[^,;*&$|\\s]+)");
  private static final Pattern EUI = Pattern.compile("eui.[A-Za-z0-9]{16}");
  private static final Pattern NAA = Pattern.compile("naa.[A-Za-z0-9]{32}");
  private static final Set<String> HOST_PATH_TYPES =
      Set.of(
          "",
          "DirectoryOrCreate",
          "Directory",
          "FileOrCreate",
          "File",
          "Socket",
          "CharDevice",
          "BlockDevice");

  private VolumeSources() {}

  public static void hostPath(JsonObject source, FieldPath path, ErrorList errors) {
    if (source.string("path").isEmpty()) {
      errors.required(path.child("path"), "");
      return;
    }
    PathRules.noBacksteps(source.string("path"), path.child("path"), errors);
    if (source.has("type") && !HOST_PATH_TYPES.contains(source.string("type"))) {
      errors.notSupported(path.child("type"), source.string("type"), HOST_PATH_TYPES);
    }
  }

  static void gitRepo(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "repository", path, errors);
    PathRules.localDescending(source.string("directory"), path.child("directory"), errors);
  }

  public static void gcePersistentDisk(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "pdName", path, errors);
    partition(source, path, errors);
  }

  public static void awsElasticBlockStore(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "volumeID", path, errors);
    partition(source, path, errors);
  }

  private static void partition(JsonObject source, FieldPath path, ErrorList errors) {
    long partition = source.integer("partition");
    if (partition < 0 || partition > 255) {
      errors.invalid(path.child("partition"), partition, FieldRules.between(1, 255));
    }
  }

  static void secret(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "secretName", path, errors);
    PathRules.mode(source, "defaultMode", path, errors);
    items(source, path, errors);
  }

  static void configMap(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "name", path, errors);
    PathRules.mode(source, "defaultMode", path, errors);
    items(source, path, errors);
  }

  private static void items(JsonObject source, FieldPath path, ErrorList errors) {
    List<JsonObject> items = source.objects("items");
    for (int i = 0; i < items.size(); i++) {
      keyToPath(items.get(i), path.child("items").index(i), errors);
    }
  }

  static void keyToPath(JsonObject item, FieldPath path, ErrorList errors) {
    required(item, "key", path, errors);
    required(item, "path", path, errors);
    PathRules.localNonReserved(item.string("path"), path.child("path"), errors);
    PathRules.mode(item, "mode", path, errors);
  }

  public static void nfs(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "server", path, errors);
    required(source, "path", path, errors);
    if (!source.string("path").startsWith("/")) {
      errors.invalid(path.child("path"), source.string("path"), "must be an absolute path");
    }
  }

  static void iscsi(JsonObject source, FieldPath path, ErrorList errors) {
    iscsi(source, "must be valid format starting with iqn, eui, or naa", path, errors);
  }

  public static void iscsi(
      JsonObject source, String prefixProblem, FieldPath path, ErrorList errors) {
    required(source, "targetPortal", path, errors);
    String iqn = source.string("iqn");
    if (iqn.isEmpty()) {
      errors.required(path.child("iqn"), "");
    } else {
      initiator(iqn, prefixProblem, path.child("iqn"), errors);
    }
    long lun = source.integer("lun");
    if (lun < 0 || lun > 255) {
      errors.invalid(path.child("lun"), lun, FieldRules.between(0, 255));
    }
    if ((source.bool("chapAuthDiscovery") || source.bool("chapAuthSession"))
        && !source.has("secretRef")) {
      errors.required(path.child("secretRef"), "");
    }
    if (source.has("initiatorName")) {
      initiator(source.string("initiatorName"), prefixProblem, path.child("initiatorname"), errors);
    }
  }

  private static void initiator(
      String value, String prefixProblem, FieldPath path, ErrorList errors) {
    Pattern format =
        value.startsWith("iqn")
            ? IQN
            : value.startsWith("eui") ? EUI : value.startsWith("naa") ? NAA : null;
    if (format == null) {
      errors.invalid(path, value, prefixProblem);
    } else if (!format.matcher(value).matches()) {
      errors.invalid(path, value, "must be valid format");
    }
  }

  public static void glusterfs(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "endpoints", path, errors);
    required(source, "path", path, errors);
  }

  public static void flocker(JsonObject source, FieldPath path, ErrorList errors) {
    String name = source.string("datasetName");
    String uuid = source.string("datasetUUID");
    if (name.isEmpty() && uuid.isEmpty()) {
      errors.required(path, "one of datasetName and datasetUUID is required");
    }
    if (!name.isEmpty() && !uuid.isEmpty()) {
      errors.invalid(
          path, "resource", "datasetName and datasetUUID can not be specified simultaneously");
    }
    if (name.indexOf('/') >= 0) {
      errors.invalid(path.child("datasetName"), name, "must not contain '/'");
    }
  }

  static void claim(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "claimName", path, errors);
  }

  public static void rbd(JsonObject source, FieldPath path, ErrorList errors) {
    if (source.strings("monitors").isEmpty()) {
      errors.required(path.child("monitors"), "");
    }
    required(source, "image", path, errors);
  }

  static void cinder(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "volumeID", path, errors);
    secretName(source, path, errors);
  }

  private static void secretName(JsonObject source, FieldPath path, ErrorList errors) {
    if (source.has("secretRef")) {
      required(source.objectOrEmpty("secretRef"), "name", path.child("secretRef"), errors);
    }
  }

  public static void cephfs(JsonObject source, FieldPath path, ErrorList errors) {
    if (source.strings("monitors").isEmpty()) {
      errors.required(path.child("monitors"), "");
    }
  }

  public static void quobyte(JsonObject source, FieldPath path, ErrorList errors) {
    String registry = source.string("registry");
    String pairs = "must be a host:port pair or multiple pairs separated by commas";
    if (registry.isEmpty()) {
      errors.required(path.child("registry"), pairs);
    } else if (source.string("tenant").length() >= 65) {
      errors.required(
          path.child("tenant"), "must be a UUID and may not exceed a length of 64 characters");
    } else {
      for (String pair : registry.split(",", -1)) {
        if (!isHostPort(pair)) {
          errors.invalid(path.child("registry"), registry, pairs);
        }
      }
    }
    required(source, "volume", path, errors);
  }

  private static boolean isHostPort(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return false;
    }
    return text.startsWith("[")
        ? text.charAt(Math.max(0, colon - 1)) == ']'
        : text.indexOf(':') == colon;
  }

  public static void fc(JsonObject source, FieldPath path, ErrorList errors) {
    List<String> wwns = source.strings("targetWWNs");
    List<String> wwids = source.strings("wwids");
    if (wwns.isEmpty() && wwids.isEmpty()) {
      errors.required(
          path.child("targetWWNs"), "must specify either targetWWNs or wwids, but not both");
    }
    if (!wwns.isEmpty() && !wwids.isEmpty()) {
      errors.invalid(
          path.child("targetWWNs"),
          source.get("targetWWNs"),
          "targetWWNs and wwids can not be specified simultaneously");
    }
    if (!wwns.isEmpty()) {
      Long lun = source.integerOrNull("lun");
      if (lun == null) {
        errors.required(path.child("lun"), "lun is required if targetWWNs is specified");
      } else if (lun < 0 || lun > 255) {
        errors.invalid(path.child("lun"), lun, FieldRules.between(0, 255));
      }
    }
  }

  public static void flexVolume(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "driver", path, errors);
    for (String key : source.stringMap("options").keySet()) {
      int slash = key.indexOf('/');
      String domain = "." + (slash < 0 ? key : key.substring(0, slash)).toLowerCase(Locale.ROOT);
      if (domain.endsWith(".kubernetes.io") || domain.endsWith(".k8s.io")) {
        errors.invalid(
            path.child("options").key(key),
            key,
            "kubernetes.io and k8s.io namespaces are reserved");
      }
    }
  }

  public static void azureFile(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "secretName", path, errors);
    required(source, "shareName", path, errors);
  }

  public static void azureDisk(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "diskName", path, errors);
    required(source, "diskURI", path, errors);
    List<String> caching = List.of("None", "ReadOnly", "ReadWrite");
    if (source.has("cachingMode") && !caching.contains(source.string("cachingMode"))) {
      errors.notSupported(path.child("cachingMode"), source.string("cachingMode"), caching);
    }
    String kind = source.string("kind");
    List<String> kinds = List.of("Dedicated", "Managed", "Shared");
    if (!source.has("kind")) {
      return;
    }
    if (!kinds.contains(kind)) {
      errors.notSupported(path.child("kind"), kind, kinds);
    }
    String uri = source.string("diskURI");
    if (kind.equals("Managed") && !uri.startsWith("/subscriptions/")) {
      errors.notSupported(
          path.child("diskURI"),
          uri,
          List.of(
              "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"));
    }
    if (!kind.equals("Managed") && !uri.startsWith("https://")) {
      errors.notSupported(
          path.child("diskURI"),
          uri,
          List.of("https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"));
    }
  }

  public static void vsphereVolume(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "volumePath", path, errors);
  }

  public static void photonPersistentDisk(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "pdID", path, errors);
  }

  public static void portworxVolume(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "volumeID", path, errors);
  }

  public static void scaleIo(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "gateway", path, errors);
    required(source, "system", path, errors);
    required(source, "volumeName", path, errors);
  }

  public static void storageos(JsonObject source, FieldPath path, ErrorList errors) {
    String name = source.string("volumeName");
    if (name.isEmpty()) {
      errors.required(path.child("volumeName"), "");
    } else {
      FieldRules.dnsLabel(name, path.child("volumeName"), errors);
    }
    if (!source.string("volumeNamespace").isEmpty()) {
      FieldRules.dnsLabel(source.string("volumeNamespace"), path.child("volumeNamespace"), errors);
    }
    secretName(source, path, errors);
  }

  static void csi(JsonObject source, FieldPath path, ErrorList errors) {
    csiDriverName(source.string("driver"), path.child("driver"), errors);
    JsonObject secret = source.object("nodePublishSecretRef");
    if (secret != null) {
      if (secret.string("name").isEmpty()) {
        errors.required(path.child("nodePublishSecretRef", "name"), "");
      } else {
        FieldRules.invalid(
            NameFormats.dnsSubdomain(secret.string("name")),
            path.child("name"),
            secret.string("name"),
            errors);
      }
    }
  }

  public static void csiDriverName(String name, FieldPath path, ErrorList errors) {
    if (name.isEmpty()) {
      errors.required(path, "");
      return;
    }
    if (name.length() > 63) {
      errors.tooLong(path, 63);
    }
    FieldRules.invalid(NameFormats.dnsSubdomain(name.toLowerCase(Locale.ROOT)), path, name, errors);
  }

  static void ephemeral(JsonObject source, FieldPath path, ErrorList errors) {
    JsonObject template = source.object("volumeClaimTemplate");
    if (template == null) {
      errors.required(path.child("volumeClaimTemplate"), "");
    } else {
      PersistentVolumeClaimRules.checkTemplate(template, path.child("volumeClaimTemplate"), errors);
    }
  }
}
