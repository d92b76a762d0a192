package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Volumes, claims, classes, drivers and devices. */
final class StoragePrinters {
  private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
  private static final List<Map.Entry<String, String>> ACCESS_MODES =
      List.of(
          Map.entry("ReadWriteOnce", "RWO"),
          Map.entry("ReadOnlyMany", "ROX"),
          Map.entry("ReadWriteMany", "RWX"),
          Map.entry("ReadWriteOncePod", "RWOP"));

  private StoragePrinters() {}

  static Printer persistentVolumes() {
    return Printer.named()
        .field(
            "Capacity",
            "string",
            "core.v1.PersistentVolumeSpec.capacity",
            row -> size(row.spec().objectOrEmpty("capacity")))
        .field(
            "Access Modes",
            "string",
            "core.v1.PersistentVolumeSpec.accessModes",
            row -> accessModes(row.spec()))
        .field(
            "Reclaim Policy",
            "string",
            "core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy",
            row -> row.spec().string("persistentVolumeReclaimPolicy"))
        .field("Status", "string", "core.v1.PersistentVolumeStatus.phase", StoragePrinters::phase)
        .field(
            "Claim",
            "string",
            "core.v1.PersistentVolumeSpec.claimRef",
            row -> {
              JsonObject claim = row.spec().object("claimRef");
              return claim == null ? "" : claim.string("namespace") + "/" + claim.string("name");
            })
        .column("StorageClass", "string", "StorageClass of the pv", StoragePrinters::storageClass)
        .column(
            "VolumeAttributesClass",
            "string",
            "VolumeAttributesClass of the pv",
            row -> orUnset(row.spec(), "volumeAttributesClassName"))
        .field(
            "Reason",
            "string",
            "core.v1.PersistentVolumeStatus.reason",
            row -> row.status().string("reason"))
        .age()
        .wideField(
            "VolumeMode",
            "string",
            "core.v1.PersistentVolumeSpec.volumeMode",
            row -> orUnset(row.spec(), "volumeMode"));
  }

  static Printer persistentVolumeClaims() {
    return Printer.named()
        .field(
            "Status", "string", "core.v1.PersistentVolumeClaimStatus.phase", StoragePrinters::phase)
        .field(
            "Volume",
            "string",
            "core.v1.PersistentVolumeClaimSpec.volumeName",
            row -> row.spec().string("volumeName"))
        .field(
            "Capacity",
            "string",
            "core.v1.PersistentVolumeClaimStatus.capacity",
            row -> bound(row) ? size(row.status().objectOrEmpty("capacity")) : "")
        .field(
            "Access Modes",
            "string",
            "core.v1.PersistentVolumeClaimStatus.accessModes",
            row -> bound(row) ? accessModes(row.status()) : "")
        .column("StorageClass", "string", "StorageClass of the pvc", StoragePrinters::storageClass)
        .column(
            "VolumeAttributesClass",
            "string",
            "VolumeAttributesClass of the pvc",
            row -> orUnset(row.spec(), "volumeAttributesClassName"))
        .age()
        .wideField(
            "VolumeMode",
            "string",
            "core.v1.PersistentVolumeClaimSpec.volumeMode",
            row -> orUnset(row.spec(), "volumeMode"));
  }

  private static boolean bound(Row row) {
    return !row.spec().string("volumeName").isEmpty();
  }

  private static String phase(Row row) {
    return row.deleted() ? "Terminating" : row.status().string("phase");
  }

  private static String size(JsonObject capacity) {
    return Row.orElse(capacity.string("storage"), "0");
  }

  private static String accessModes(JsonObject holder) {
    List<String> present = holder.strings("accessModes");
    List<String> shown = new ArrayList<>();
    for (Map.Entry<String, String> mode : ACCESS_MODES) {
      if (present.contains(mode.getKey())) {
        shown.add(mode.getValue());
      }
    }
    return String.join(",", shown);
  }

  private static String storageClass(Row row) {
    JsonObject annotations = row.metadata().objectOrEmpty("annotations");
    return annotations.has(CLASS_ANNOTATION)
        ? annotations.string(CLASS_ANNOTATION)
        : row.spec().string("storageClassName");
  }

  private static String orUnset(JsonObject holder, String member) {
    return holder.has(member) ? holder.string(member) : Row.UNSET;
  }

  static Printer storageClasses() {
    return Printer.named(row ->
            row.name()
                + (NetworkPrinters.isDefault(row, "storageclass.kubernetes.io/is-default-class")
                        || NetworkPrinters.isDefault(
                            row, "storageclass.beta.kubernetes.io/is-default-class")
                    ? " (default)"
                    : ""))
        .field(
            "Provisioner",
            "string",
            "storage.v1.StorageClass.provisioner",
            row -> row.object().string("provisioner"))
        .field(
            "ReclaimPolicy",
            "string",
            "storage.v1.StorageClass.reclaimPolicy",
            row -> Row.orElse(row.object().string("reclaimPolicy"), "Delete"))
        .field(
            "VolumeBindingMode",
            "string",
            "storage.v1.StorageClass.volumeBindingMode",
            row -> Row.orElse(row.object().string("volumeBindingMode"), "Immediate"))
        .field(
            "AllowVolumeExpansion",
            "string",
            "storage.v1.StorageClass.allowVolumeExpansion",
            row -> row.object().bool("allowVolumeExpansion"))
        .age();
  }

  static Printer csiDrivers() {
    return Printer.named()
        .field(
            "AttachRequired",
            "boolean",
            "storage.v1.CSIDriverSpec.attachRequired",
            row -> !Boolean.FALSE.equals(row.spec().boolOrNull("attachRequired")))
        .field(
            "PodInfoOnMount",
            "boolean",
            "storage.v1.CSIDriverSpec.podInfoOnMount",
            flag("podInfoOnMount"))
        .field(
            "StorageCapacity",
            "boolean",
            "storage.v1.CSIDriverSpec.storageCapacity",
            flag("storageCapacity"))
        .field(
            "TokenRequests",
            "string",
            "storage.v1.CSIDriverSpec.tokenRequests",
            row ->
                row.spec().has("tokenRequests")
                    ? String.join(
                        ",",
                        row.spec().objects("tokenRequests").stream()
                            .map(request -> request.string("audience"))
                            .toList())
                    : Row.UNSET)
        .field(
            "RequiresRepublish",
            "boolean",
            "storage.v1.CSIDriverSpec.requiresRepublish",
            flag("requiresRepublish"))
        .field(
            "Modes",
            "string",
            "storage.v1.CSIDriverSpec.volumeLifecycleModes",
            row ->
                Row.orElse(String.join(",", row.spec().strings("volumeLifecycleModes")), Row.NONE))
        .age();
  }

  private static java.util.function.Function<Row, @Nullable Object> flag(String member) {
    return row -> row.spec().bool(member);
  }

  static Printer csiNodes() {
    return Printer.named()
        .column(
            "Drivers",
            "integer",
            "Drivers indicates the number of CSI drivers registered on the node",
            row -> (long) row.spec().objects("drivers").size())
        .age();
  }

  static Printer volumeAttachments() {
    return Printer.named()
        .add(
            "Attacher",
            "string",
            "name",
            Printer.documented("storage.v1.VolumeAttachmentSpec.attacher"),
            0,
            row -> row.spec().string("attacher"))
        .field(
            "PV",
            "string",
            "storage.v1.VolumeAttachmentSource.persistentVolumeName",
            row -> row.spec().objectOrEmpty("source").string("persistentVolumeName"))
        .field(
            "Node",
            "string",
            "storage.v1.VolumeAttachmentSpec.nodeName",
            row -> row.spec().string("nodeName"))
        .field(
            "Attached",
            "boolean",
            "storage.v1.VolumeAttachmentStatus.attached",
            row -> row.status().bool("attached"))
        .age();
  }

  static Printer volumeAttributesClasses() {
    return Printer.named()
        .field(
            "DriverName",
            "string",
            "storage.v1.VolumeAttributesClass.driverName",
            row -> row.object().string("driverName"))
        .age();
  }

  static Printer resourceClaims() {
    return Printer.named()
        .column(
            "State",
            "string",
            "A summary of the current state (allocated, pending, reserved, etc.).",
            row -> {
              List<String> states = new ArrayList<>();
              if (row.deleted()) {
                states.add("deleted");
              }
              if (row.status().has("allocation")) {
                states.add("allocated");
                if (!row.status().objects("reservedFor").isEmpty()) {
                  states.add("reserved");
                }
              } else if (!row.deleted()) {
                states.add("pending");
              }
              return String.join(",", states);
            })
        .age();
  }

  static Printer resourceSlices() {
    return Printer.named()
        .field(
            "Node",
            "string",
            "resource.v1.ResourceSliceSpec.nodeName",
            row -> row.spec().string("nodeName"))
        .field(
            "Driver",
            "string",
            "resource.v1.ResourceSliceSpec.driver",
            row -> row.spec().string("driver"))
        .field(
            "Pool",
            "string",
            "resource.v1.ResourcePool.name",
            row -> row.spec().objectOrEmpty("pool").string("name"))
        .age();
  }
}
