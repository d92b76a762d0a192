package dev.javernetes.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.openapi.OpenApi;
import dev.javernetes.api.schema.openapi.ServedResource;
import dev.javernetes.api.schema.openapi.ServedResource.ServedSubresource;
import dev.javernetes.api.schema.openapi.ServedResource.Style;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The documents made for upstream's discovery, against upstream's own documents. */
class OpenApiDocumentsTest {
  private static final Path REFERENCE =
      Path.of(System.getProperty("j8s.reference", "../shared/reference"), "upstream");
  private static final BuiltInSchemas SCHEMAS = BuiltInSchemas.get();

  /** Kinds whose deletion answers with the object. */
  private static final Set<String> RETURN_DELETED =
      Set.of(
          "PersistentVolumeClaim",
          "Pod",
          "PodTemplate",
          "ResourceQuota",
          "ServiceAccount",
          "Service",
          "PersistentVolume",
          "DeviceClass",
          "ResourceClaim",
          "ResourceClaimTemplate",
          "ResourceSlice",
          "CSIDriver",
          "CSINode",
          "StorageClass",
          "VolumeAttachment",
          "VolumeAttributesClass");

  /** Fields whose words differ; openapi-differences.txt says why. */
  private static final Pattern REWORDED =
      Pattern.compile(
          "(apiregistration\\.v1\\.APIService\\w*/properties/(metadata|spec|status|service)"
              + "|autoscaling\\.v1\\.(HorizontalPodAutoscaler|Scale)/properties/metadata"
              + "|autoscaling\\.v1\\.HorizontalPodAutoscalerSpec/properties/scaleTargetRef"
              + "|autoscaling\\.v2\\.(MetricStatus|ObjectMetricStatus)/properties/\\w+"
              + "|core\\.v1\\.PersistentVolumeClaimSpec/properties/dataSource(Ref)?"
              + "|runtime\\.RawExtension)/description: ");

  private final OpenApi documents = new OpenApi(SCHEMAS, SCHEMAS.kinds(), "1.36");

  @BeforeEach
  void needsReference() {
    Assumptions.assumeTrue(Files.isDirectory(REFERENCE), "no reference here: " + REFERENCE);
  }

  @Test
  void everyVersion3DocumentEqualsUpstreams() throws Exception {
    JsonObject published = unzipped("openapi-v3.json.gz");
    Set<String> differences = new TreeSet<>();
    served()
        .forEach((groupVersion, resources) -> {
          String key = groupVersion.resource("").root().substring(1);
          compare(
              key,
              published.objectOrEmpty(key),
              again(documents.v3(groupVersion, resources)),
              differences);
          if (!groupVersion.group().isEmpty()) {
            String group = "apis/" + groupVersion.group();
            compare(
                group,
                published.objectOrEmpty(group),
                again(documents.v3Group(groupVersion.group())),
                differences);
          }
        });
    for (String key : OpenApi.rootKeys()) {
      compare(key, published.objectOrEmpty(key), again(documents.v3Root(key)), differences);
    }
    differences.removeIf(OpenApiDocumentsTest::explained);
    assertThat(differences).isEmpty();
  }

  @Test
  void theVersion2DocumentEqualsUpstreams() throws Exception {
    JsonObject published = unzipped("openapi-v2.json.gz");
    JsonObject ours = again(documents.v2(served()));
    inlineParameters(published);
    inlineParameters(ours);
    Set<String> differences = new TreeSet<>();
    compare("v2", published, ours, differences);
    differences.removeIf(OpenApiDocumentsTest::explained);
    assertThat(differences).isEmpty();
  }

  /**
   * Wordings that openapi-differences.txt explains; unions, which nothing reads; and that version 2
   * lists delete options and watch events of versions that are not served.
   */
  private static boolean explained(String difference) {
    return REWORDED.matcher(difference).find()
        || difference.endsWith("/x-kubernetes-unions: missing")
        || difference.matches(
            "v2/.*(DeleteOptions|WatchEvent)/x-kubernetes-group-version-kind: (?s:.*)");
  }

  private static JsonObject again(JsonObject document) {
    try {
      return Json.parseObject(Json.bytes(document));
    } catch (dev.javernetes.api.machinery.json.JsonSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void inlineParameters(JsonObject document) {
    JsonObject shared = document.objectOrEmpty("parameters");
    document.remove("parameters");
    document
        .objectOrEmpty("paths")
        .values()
        .forEach(path -> {
          JsonObject item = (JsonObject) java.util.Objects.requireNonNull(path);
          inline(item, shared);
          item.values()
              .forEach(method -> {
                if (method instanceof JsonObject operation) {
                  inline(operation, shared);
                }
              });
        });
  }

  private static void inline(JsonObject holder, JsonObject shared) {
    if (holder.array("parameters") == null) {
      return;
    }
    Map<String, JsonObject> byName = new TreeMap<>();
    for (JsonObject parameter : holder.objects("parameters")) {
      String reference = parameter.string("$ref");
      JsonObject actual =
          reference.isEmpty()
              ? parameter
              : shared.objectOrEmpty(reference.substring("#/parameters/".length()));
      byName.put(actual.string("name") + actual.string("in"), actual);
    }
    holder.put("parameters", new ArrayList<@Nullable Object>(byName.values()));
  }

  private static void compare(
      String at, @Nullable Object published, @Nullable Object ours, Set<String> differences) {
    if (published instanceof JsonObject left && ours instanceof JsonObject right) {
      Set<String> names = new TreeSet<>(left.keySet());
      names.addAll(right.keySet());
      for (String name : names) {
        if (!left.containsKey(name) || !right.containsKey(name)) {
          differences.add(at + "/" + name + (left.containsKey(name) ? ": missing" : ": too much"));
        } else {
          compare(at + "/" + name, left.get(name), right.get(name), differences);
        }
      }
    } else if (published instanceof List<?> left && ours instanceof List<?> right) {
      if (at.endsWith("/produces")
          || at.endsWith("/consumes")
          || at.endsWith("x-kubernetes-group-version-kind")) {
        if (!sorted(left).equals(sorted(right))) {
          differences.add(at + ": " + left + " and " + right);
        }
      } else if (left.size() != right.size()) {
        differences.add(at + ": " + left + " and " + right);
      } else {
        for (int i = 0; i < left.size(); i++) {
          compare(at + "/" + i, left.get(i), right.get(i), differences);
        }
      }
    } else if (at.endsWith("/description")
        && published instanceof String text
        && ours instanceof String own) {
      if (!beforeValues(text).equals(beforeValues(own))) {
        differences.add(at + ": " + published + " and " + ours);
      }
    } else if (!java.util.Objects.equals(published, ours)) {
      differences.add(at + ": " + published + " and " + ours);
    }
  }

  private static String beforeValues(String description) {
    int values = description.indexOf("Possible enum values:");
    return values < 0 ? description : description.substring(0, values).stripTrailing();
  }

  private static List<String> sorted(List<?> values) {
    return values.stream()
        .map(v -> v instanceof JsonObject o ? new TreeMap<>(o).toString() : String.valueOf(v))
        .sorted()
        .toList();
  }

  private static JsonObject unzipped(String file) throws Exception {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(REFERENCE.resolve(file)))) {
      return Json.parseObject(in.readAllBytes());
    }
  }

  /** What upstream's legacy discovery lists. */
  private static Map<GroupVersion, List<ServedResource>> served() throws Exception {
    JsonObject discovery = Json.parseObject(bytes("discovery-legacy.json"));
    Map<GroupVersion, List<ServedResource>> all = new LinkedHashMap<>();
    discovery.forEach((path, document) -> {
      if (document instanceof JsonObject list && list.string("kind").equals("APIResourceList")) {
        GroupVersion groupVersion = GroupVersion.parse(list.string("groupVersion"));
        all.put(groupVersion, resources(groupVersion, list.objects("resources")));
      }
    });
    return all;
  }

  private static byte[] bytes(String file) throws IOException {
    return Files.readAllBytes(REFERENCE.resolve(file));
  }

  private static List<ServedResource> resources(
      GroupVersion groupVersion, List<JsonObject> listed) {
    List<ServedResource> resources = new ArrayList<>();
    for (JsonObject resource : listed) {
      String name = resource.string("name");
      if (name.contains("/")) {
        continue;
      }
      GroupVersionKind kind = groupVersion.kind(resource.string("kind"));
      List<ServedSubresource> subresources = new ArrayList<>();
      for (JsonObject other : listed) {
        if (other.string("name").startsWith(name + "/")) {
          subresources.add(subresource(groupVersion, other));
        }
      }
      String type = SCHEMAS.kinds().getOrDefault(kind, "");
      resources.add(
          new ServedResource(
              name,
              kind,
              resource.bool("namespaced"),
              type,
              resource.strings("verbs").contains("list") ? type + "List" : "",
              resource.strings("verbs"),
              subresources,
              RETURN_DELETED.contains(kind.kind()),
              false));
    }
    return resources;
  }

  private static ServedSubresource subresource(GroupVersion groupVersion, JsonObject listed) {
    String name = listed.string("name").substring(listed.string("name").indexOf('/') + 1);
    GroupVersion of =
        listed.string("version").isEmpty()
            ? groupVersion
            : new GroupVersion(listed.string("group"), listed.string("version"));
    GroupVersionKind kind = of.kind(listed.string("kind"));
    Style style =
        switch (name) {
          case "log" -> Style.TEXT;
          case "exec", "attach", "portforward" -> Style.STREAM;
          case "proxy" -> Style.PROXY;
          default -> Style.OBJECT;
        };
    String type =
        name.equals("log")
            ? "io.k8s.api.core.v1.PodLogOptions"
            : SCHEMAS.kinds().getOrDefault(kind, "");
    return new ServedSubresource(name, kind, type, listed.strings("verbs"), style);
  }
}
