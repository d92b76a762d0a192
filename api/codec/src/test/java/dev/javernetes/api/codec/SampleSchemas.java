package dev.javernetes.api.codec;

import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaBuilder;
import dev.javernetes.api.schema.SchemaCatalog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A few types with the list and map rules that matter, small enough to read. */
public final class SampleSchemas {
  private static final String CORE = "io.k8s.api.core.v1.";
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final Map<String, Schema> TYPES = new LinkedHashMap<>();

  public static final SchemaCatalog CATALOG =
      new SchemaCatalog() {
        @Override
        public Schema type(String name) {
          Schema schema = TYPES.get(name);
          if (schema == null) {
            throw new IllegalArgumentException(name);
          }
          return schema;
        }

        @Override
        public Set<String> names() {
          return TYPES.keySet();
        }
      };

  static {
    Schema string = of(Schema.Type.STRING).build();
    Schema quantity = of(Schema.Type.STRING).wireType(Schema.WireType.QUANTITY).build();
    type(
        META + "ObjectMeta",
        Map.ofEntries(
            Map.entry("name", string),
            Map.entry("namespace", string),
            Map.entry("uid", string),
            Map.entry("resourceVersion", string),
            Map.entry(
                "creationTimestamp", of(Schema.Type.STRING).wireType(Schema.WireType.TIME).build()),
            Map.entry("labels", map(string)),
            Map.entry("annotations", map(string)),
            Map.entry(
                "finalizers",
                list(string)
                    .listType(Schema.ListType.SET)
                    .patchStrategies(Set.of(Schema.PatchStrategy.MERGE))
                    .build()),
            Map.entry("managedFields", list(of(Schema.Type.ANY).build()).build())));
    type(CORE + "ResourceRequirements", Map.of("limits", map(quantity), "requests", map(quantity)));
    type(
        CORE + "ContainerPort",
        Map.of(
            "name",
            string,
            "containerPort",
            of(Schema.Type.INTEGER).format("int32").build(),
            "protocol",
            of(Schema.Type.STRING).defaultValue("TCP").build()));
    LinkedHashMap<String, Schema> container = new LinkedHashMap<>();
    container.put("name", string);
    container.put("image", string);
    container.put("args", list(string).listType(Schema.ListType.ATOMIC).build());
    container.put(
        "ports",
        mapList(CORE + "ContainerPort", "containerPort", List.of("containerPort", "protocol")));
    container.put("resources", reference(CORE + "ResourceRequirements").build());
    container.put("imagePullPolicy", string);
    type(CORE + "Container", container);
    LinkedHashMap<String, Schema> spec = new LinkedHashMap<>();
    spec.put("containers", mapList(CORE + "Container", "name", List.of("name")));
    spec.put("nodeName", string);
    spec.put("hostNetwork", of(Schema.Type.BOOLEAN).build());
    spec.put("automountServiceAccountToken", of(Schema.Type.BOOLEAN).build());
    spec.put("terminationGracePeriodSeconds", of(Schema.Type.INTEGER).format("int64").build());
    spec.put(
        "nodeSelector",
        of(Schema.Type.OBJECT).additionalProperties(string).mapType(Schema.MapType.ATOMIC).build());
    type(CORE + "PodSpec", spec);
    type(CORE + "PodStatus", Map.of("phase", string));
    LinkedHashMap<String, Schema> pod = new LinkedHashMap<>();
    pod.put("kind", string);
    pod.put("apiVersion", string);
    pod.put("metadata", reference(META + "ObjectMeta").build());
    pod.put("spec", reference(CORE + "PodSpec").build());
    pod.put("status", reference(CORE + "PodStatus").build());
    type(CORE + "Pod", pod);
  }

  private SampleSchemas() {}

  public static Schema pod() {
    return CATALOG.type(CORE + "Pod");
  }

  private static void type(String name, Map<String, Schema> properties) {
    TYPES.put(name, of(Schema.Type.OBJECT).properties(properties).build());
  }

  private static SchemaBuilder of(Schema.Type type) {
    return Schema.builder().type(type);
  }

  private static Schema map(Schema values) {
    return of(Schema.Type.OBJECT).additionalProperties(values).build();
  }

  private static SchemaBuilder list(Schema items) {
    return of(Schema.Type.ARRAY).items(items);
  }

  private static SchemaBuilder reference(String name) {
    return Schema.builder().reference(name, () -> CATALOG.type(name));
  }

  private static Schema mapList(String itemType, String mergeKey, List<String> keys) {
    return list(reference(itemType).build())
        .listType(Schema.ListType.MAP)
        .listMapKeys(keys)
        .patchMergeKey(mergeKey)
        .patchStrategies(Set.of(Schema.PatchStrategy.MERGE))
        .build();
  }
}
