package dev.javernetes.kubelet.source;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.core.v1.Pod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * From a manifest's text to the pod that runs: pure.
 *
 * <p>{@code name: etcd} in {@code /etc/kubernetes/manifests/etcd.yaml} on node {@code n1} becomes
 * pod {@code etcd-n1} with a uid that is a hash of text, node and origin: another text is another
 * pod.
 */
final class StaticPods {
  static final String SOURCE = "kubernetes.io/config.source";
  static final String HASH = "kubernetes.io/config.hash";
  static final String MIRROR = "kubernetes.io/config.mirror";
  static final String SEEN = "kubernetes.io/config.seen";

  private StaticPods() {}

  /** The manifest is not a pod, or says what a static pod may not say. */
  static final class BadManifestException extends Exception {
    private static final long serialVersionUID = 1;

    BadManifestException(String message) {
      super(message);
    }
  }

  /** {@code source} is {@code file} or {@code http}; {@code origin} the path or URL. */
  static List<Pod> parse(byte[] manifest, String nodeName, String source, String origin)
      throws BadManifestException {
    JsonObject root = read(manifest);
    List<Pod> pods = new ArrayList<>();
    if (root.string("kind").equals("PodList") || root.string("kind").equals("List")) {
      for (JsonObject item : root.objects("items")) {
        pods.add(pod(item, nodeName, source, origin));
      }
    } else {
      pods.add(pod(root, nodeName, source, origin));
    }
    return pods;
  }

  private static Pod pod(JsonObject json, String nodeName, String source, String origin)
      throws BadManifestException {
    if (!json.string("kind").equals("Pod") && !json.string("kind").isEmpty()) {
      throw new BadManifestException("kind is " + json.string("kind") + ", not Pod");
    }
    JsonObject metadata = json.ensureObject("metadata");
    JsonObject spec = json.ensureObject("spec");
    if (metadata.string("name").isEmpty()) {
      throw new BadManifestException("metadata.name is missing");
    }
    if (spec.objects("containers").isEmpty()) {
      throw new BadManifestException("spec.containers is missing");
    }
    refuse(spec, "serviceAccountName");
    for (JsonObject volume : spec.objects("volumes")) {
      for (String kind : List.of("configMap", "secret", "persistentVolumeClaim", "projected")) {
        if (volume.has(kind)) {
          throw new BadManifestException("a static pod may not have a " + kind + " volume");
        }
      }
    }
    String uid = metadata.string("uid");
    if (uid.isEmpty()) {
      uid = hash(Json.bytes(json), nodeName, source + ":" + origin);
    }
    metadata.put("uid", uid);
    metadata.put(
        "name", metadata.string("name") + "-" + nodeName.toLowerCase(java.util.Locale.ROOT));
    if (metadata.string("namespace").isEmpty()) {
      metadata.put("namespace", "default");
    }
    JsonObject annotations = metadata.ensureObject("annotations");
    annotations.put(HASH, uid);
    annotations.put(SOURCE, source);
    spec.put("nodeName", nodeName);
    spec.putIfAbsent("restartPolicy", "Always");
    spec.putIfAbsent("dnsPolicy", "ClusterFirst");
    spec.putIfAbsent("terminationGracePeriodSeconds", 30L);
    spec.putIfAbsent("enableServiceLinks", true);
    List<Object> tolerations = new ArrayList<>(spec.objects("tolerations"));
    tolerations.add(JsonObject.of("operator", "Exists", "effect", "NoExecute"));
    spec.put("tolerations", tolerations);
    defaultContainers(spec);
    json.remove("status");
    return Pod.fromJson(json);
  }

  /** The defaults that the API server would have set and that the kubelet relies on. */
  private static void defaultContainers(JsonObject spec) {
    for (String list : List.of("initContainers", "containers")) {
      for (JsonObject container : spec.objects(list)) {
        container.putIfAbsent("terminationMessagePath", "/dev/termination-log");
        container.putIfAbsent("terminationMessagePolicy", "File");
        for (JsonObject port : container.objects("ports")) {
          port.putIfAbsent("protocol", "TCP");
          if (spec.bool("hostNetwork")) {
            port.putIfAbsent("hostPort", port.get("containerPort"));
          }
        }
      }
    }
  }

  private static void refuse(JsonObject spec, String field) throws BadManifestException {
    if (spec.has(field) && !spec.string(field).isEmpty()) {
      throw new BadManifestException("a static pod may not set spec." + field);
    }
  }

  private static JsonObject read(byte[] manifest) throws BadManifestException {
    String text = new String(manifest, StandardCharsets.UTF_8);
    try {
      if (text.stripLeading().startsWith("{")) {
        return Json.parseObject(manifest);
      }
      Object tree =
          new Load(LoadSettings.builder().setCodePointLimit(10 << 20).build()).loadFromString(text);
      if (YamlTree.json(tree) instanceof JsonObject object) {
        return object;
      }
      throw new BadManifestException("not an object");
    } catch (JsonSyntaxException | YamlEngineException problem) {
      throw new BadManifestException(String.valueOf(problem.getMessage()));
    }
  }

  static String hash(byte[] text, String... more) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5"); // a name, not a safeguard
      digest.update(text);
      for (String part : more) {
        digest.update((byte) 0);
        digest.update(part.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Newest text wins where two manifests have the same pod. */
  static Map<String, Pod> byUid(List<Pod> pods) {
    Map<String, Pod> byUid = new LinkedHashMap<>();
    pods.forEach(pod -> byUid.put(pod.metadata().uid(), pod));
    return byUid;
  }
}
