package dev.javernetes.apiserver.strategy.storage;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.core.PersistentVolumeSpecRules;
import dev.javernetes.apiserver.strategy.pod.VolumeSources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The wish that a volume be attached to a node, which never changes, and what came of it. */
public final class VolumeAttachmentStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath SOURCE = SPEC.child("source");
  private static final int METADATA_LIMIT = 256 << 10;
  private static final int MESSAGE_LIMIT = 1024;

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE);
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject attachment) {
    attachment.remove("status");
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject attachment, JsonObject old) {
    attachment.put("status", old.get("status"));
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject attachment, ErrorList errors) {
    check(attachment, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject attachment, JsonObject old, ErrorList errors) {
    checkUpdate(attachment, old, errors);
  }

  private static void checkUpdate(JsonObject attachment, JsonObject old, ErrorList errors) {
    check(attachment, errors);
    FieldRules.immutable(
        "storage.VolumeAttachmentSpec", attachment.get("spec"), old.get("spec"), SPEC, errors);
  }

  private static void check(JsonObject attachment, ErrorList errors) {
    JsonObject spec = attachment.objectOrEmpty("spec");
    VolumeSources.csiDriverName(spec.string("attacher"), SPEC.child("attacher"), errors);
    JsonObject source = spec.objectOrEmpty("source");
    source(source, errors);
    FieldRules.dnsSubdomain(spec.string("nodeName"), SPEC.child("nodeName"), errors);
    status(attachment.objectOrEmpty("status"), errors);
    String volume = source.stringOrNull("persistentVolumeName");
    if (volume != null) {
      FieldRules.invalid(
          NameFormats.dnsSubdomain(volume), SOURCE.child("persistentVolumeName"), volume, errors);
    }
  }

  private static void source(JsonObject source, ErrorList errors) {
    String volume = source.stringOrNull("persistentVolumeName");
    JsonObject inline = source.object("inlineVolumeSpec");
    String one = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    if (inline == null && volume == null) {
      errors.required(SOURCE, one);
    } else if (inline != null && volume != null) {
      errors.forbidden(SOURCE, one);
    } else if (inline != null) {
      PersistentVolumeSpecRules.checkInline(inline, SOURCE.child("inlineVolumeSpec"), errors);
    } else if (volume != null && volume.isEmpty()) {
      errors.required(
          SOURCE.child("persistentVolumeName"), "must specify non empty persistentVolumeName");
    }
  }

  private static void status(JsonObject status, ErrorList errors) {
    long size = 0;
    for (var entry : status.stringMap("attachmentMetadata").entrySet()) {
      size += bytes(entry.getKey()) + bytes(entry.getValue());
    }
    FieldPath path = FieldPath.of("status");
    if (size > METADATA_LIMIT) {
      errors.tooLong(path.child("attachmentMetadata"), METADATA_LIMIT);
    }
    for (String member : List.of("attachError", "detachError")) {
      JsonObject problem = status.objectOrEmpty(member);
      if (bytes(problem.string("message")) > MESSAGE_LIMIT) {
        // upstream names the limit of the metadata
        errors.tooLong(path.child(member, "message"), METADATA_LIMIT);
      }
      long code = problem.integer("errorCode");
      if (code < 0) {
        errors.invalid(
            path.child(member, "errorCode"), code, FieldRules.between(0, Integer.MAX_VALUE));
      }
    }
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? StatusStrategy.keepingMetadata(VolumeAttachmentStrategy::checkUpdate).conditional()
        : null;
  }
}
