package dev.javernetes.kubelet.volume;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.model.core.v1.ConfigMap;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.DownwardAPIVolumeFile;
import dev.javernetes.api.model.core.v1.KeyToPath;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Secret;
import dev.javernetes.kubelet.container.ContainerConfigException;
import dev.javernetes.kubelet.container.DownwardApi;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.container.SecretData;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which files a configMap, secret or downwardAPI volume consists of: pure. */
final class VolumeFiles {
  private VolumeFiles() {}

  static Map<String, ProjectedFile> of(
      @Nullable ConfigMap map,
      String name,
      String namespace,
      List<KeyToPath> items,
      int defaultMode,
      boolean optional)
      throws VolumeException {
    if (map == null) {
      return missing("configmap", name, optional);
    }
    Map<String, byte[]> data = new LinkedHashMap<>();
    map.data().forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
    for (String key : map.binaryData().keySet()) {
      byte[] bytes = SecretData.get(map.binaryData(), key);
      if (bytes != null) {
        data.put(key, bytes);
      }
    }
    return select(data, items, defaultMode, optional, "configmap");
  }

  static Map<String, ProjectedFile> of(
      @Nullable Secret secret,
      String name,
      String namespace,
      List<KeyToPath> items,
      int defaultMode,
      boolean optional)
      throws VolumeException {
    if (secret == null) {
      return missing("secret", name, optional);
    }
    Map<String, byte[]> data = new LinkedHashMap<>();
    for (String key : secret.data().keySet()) {
      byte[] bytes = SecretData.get(secret.data(), key);
      if (bytes != null) {
        data.put(key, bytes);
      }
    }
    return select(data, items, defaultMode, optional, "secret");
  }

  static Map<String, ProjectedFile> of(
      Pod pod, List<DownwardAPIVolumeFile> items, int defaultMode, DownwardApi.Facts facts)
      throws VolumeException {
    Map<String, ProjectedFile> files = new LinkedHashMap<>();
    for (DownwardAPIVolumeFile item : items) {
      String value;
      try {
        if (item.fieldRef() != null) {
          value = DownwardApi.field(pod, item.fieldRef().fieldPath(), facts);
        } else if (item.resourceFieldRef() != null) {
          Container container = PodContainers.find(pod, item.resourceFieldRef().containerName());
          if (container == null) {
            throw new VolumeException(
                "container " + item.resourceFieldRef().containerName() + " not found");
          }
          value = DownwardApi.resource(container, item.resourceFieldRef(), facts);
        } else {
          throw new VolumeException("item " + item.path() + " of a downwardAPI volume is empty");
        }
      } catch (ContainerConfigException problem) {
        throw new VolumeException(String.valueOf(problem.getMessage()), problem);
      }
      int mode = item.mode() == null ? defaultMode : item.mode();
      files.put(item.path(), new ProjectedFile(value.getBytes(StandardCharsets.UTF_8), mode));
    }
    return files;
  }

  private static Map<String, ProjectedFile> missing(String kind, String name, boolean optional)
      throws VolumeException {
    if (optional) {
      return Map.of();
    }
    throw new VolumeException(kind + " " + GoQuote.quote(name) + " not found");
  }

  private static Map<String, ProjectedFile> select(
      Map<String, byte[]> data,
      List<KeyToPath> items,
      int defaultMode,
      boolean optional,
      String kind)
      throws VolumeException {
    Map<String, ProjectedFile> files = new LinkedHashMap<>();
    if (items.isEmpty()) {
      data.forEach((key, bytes) -> files.put(key, new ProjectedFile(bytes, defaultMode)));
      return files;
    }
    for (KeyToPath item : items) {
      byte[] bytes = data.get(item.key());
      if (bytes == null) {
        if (optional) {
          continue;
        }
        throw new VolumeException(
            (kind.equals("secret")
                    ? "references non-existent secret key: "
                    : "configmap references non-existent config key: ")
                + item.key());
      }
      files.put(
          item.path(), new ProjectedFile(bytes, item.mode() == null ? defaultMode : item.mode()));
    }
    return files;
  }
}
