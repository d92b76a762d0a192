package dev.javernetes.apiserver.openapi;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.openapi.CustomType;
import dev.javernetes.api.schema.openapi.OpenApi;
import dev.javernetes.api.schema.openapi.PublishedSchemas;
import dev.javernetes.api.schema.openapi.ServedResource;
import dev.javernetes.api.schema.openapi.ServedResource.ServedSubresource;
import dev.javernetes.api.schema.openapi.ServedResource.Style;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ReturnsDeleted;
import dev.javernetes.apiserver.registry.SelectableField;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.SubresourceDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The registry in OpenAPI's terms: resources by group and version, and the types of custom
 * resources.
 */
final class ServedResources {
  private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  private static final String CONVENTIONS =
      "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";
  private static final String LIST_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

  private final BuiltInSchemas schemas;
  private final Map<GroupVersion, List<ServedResource>> resources =
      new TreeMap<>(Comparator.comparing(GroupVersion::group).thenComparing(GroupVersion::version));
  private final Map<GroupVersionKind, String> kinds;
  private final Map<String, CustomType> custom = new HashMap<>();

  ServedResources(BuiltInSchemas schemas, List<ResourceDefinition> definitions) {
    this.schemas = schemas;
    this.kinds = new HashMap<>(schemas.kinds());
    for (ResourceDefinition definition : definitions) {
      for (ServedVersion version : definition.versions()) {
        if (version.served()) {
          add(definition, version);
        }
      }
    }
    resources.values().forEach(list -> list.sort(Comparator.comparing(ServedResource::plural)));
  }

  Map<GroupVersion, List<ServedResource>> byGroupVersion() {
    return resources;
  }

  /** Whether the group has more than what definitions have made. */
  boolean isBuiltIn(String group) {
    return resources.entrySet().stream()
        .anyMatch(entry ->
            entry.getKey().group().equals(group)
                && !entry.getValue().stream().allMatch(ServedResource::custom));
  }

  /** Whether one of the version's resources is custom: its document changes with a schema. */
  boolean hasCustom(GroupVersion groupVersion) {
    return resources.getOrDefault(groupVersion, List.of()).stream()
        .anyMatch(ServedResource::custom);
  }

  OpenApi documents(String version) {
    return new OpenApi(schemas, kinds, custom, version);
  }

  private void add(ResourceDefinition definition, ServedVersion version) {
    GroupVersionKind kind = version.kind();
    String type;
    String listType;
    if (definition.custom()) {
      type = OpenApi.customTypeName(kind);
      GroupVersionKind listKind =
          new GroupVersionKind(kind.group(), kind.version(), version.listKind());
      listType = OpenApi.customTypeName(listKind);
      kinds.put(kind, type);
      kinds.put(listKind, listType);
      List<String> fields = version.selectableFields().stream().map(SelectableField::name).toList();
      Schema own = version.schema();
      custom.put(
          type,
          new CustomType(object(PublishedSchemas.v3(own, embeddedHead())), swagger(own), fields));
      Schema list = list(version, type);
      custom.put(listType, new CustomType(list, list, fields));
    } else {
      type = schemas.kinds().getOrDefault(kind, "");
      if (type.isEmpty()) {
        return; // nothing is known of its shape
      }
      listType = definition.verbs().contains("list") ? type + "List" : "";
    }
    List<ServedSubresource> subresources = new ArrayList<>();
    for (SubresourceDefinition sub : definition.subresources()) {
      if (version.offers(sub.name())) {
        subresources.add(subresource(sub, version, type));
      }
    }
    GroupVersion groupVersion = version.resource().groupVersion();
    boolean returnsDeleted =
        ReturnsDeleted.object(definition.groupResource())
            && !definition.groupResource().toString().equals("namespaces");
    resources
        .computeIfAbsent(groupVersion, ignored -> new ArrayList<>())
        .add(
            new ServedResource(
                version.resource().resource(),
                kind,
                definition.namespaced(),
                type,
                listType,
                definition.verbs(),
                subresources,
                returnsDeleted,
                definition.custom()));
  }

  private ServedSubresource subresource(
      SubresourceDefinition sub, ServedVersion version, String type) {
    return switch (sub.behaviour()) {
      case PART_OF_OBJECT ->
          new ServedSubresource(sub.name(), version.kind(), type, sub.verbs(), Style.OBJECT);
      case SCALE, BINDING, EVICTION, TOKEN ->
          new ServedSubresource(
              sub.name(),
              sub.kind(),
              schemas.kinds().getOrDefault(sub.kind(), ""),
              sub.verbs(),
              Style.OBJECT);
      case KUBELET ->
          sub.name().equals("log")
              ? new ServedSubresource(
                  "log",
                  version.kind(),
                  "io.k8s.api.core.v1.PodLogOptions",
                  sub.verbs(),
                  Style.TEXT)
              : new ServedSubresource(
                  sub.name(),
                  sub.kind(),
                  schemas.kinds().getOrDefault(sub.kind(), ""),
                  sub.verbs(),
                  Style.STREAM);
      case PROXY ->
          new ServedSubresource(
              sub.name(),
              sub.kind(),
              schemas.kinds().getOrDefault(sub.kind(), ""),
              sub.verbs(),
              Style.PROXY);
    };
  }

  /** A definition's schema with the members that every object has. */
  private Schema object(Schema schema) {
    Map<String, Schema> properties = new LinkedHashMap<>(schema.properties());
    properties.putAll(typeMeta());
    properties.put("metadata", metadata());
    return schema.toBuilder().type(Schema.Type.OBJECT).properties(properties).build();
  }

  private Schema metadata() {
    return reference(
        OBJECT_META, "Standard object's metadata. More info: " + CONVENTIONS + "#metadata");
  }

  private Map<String, Schema> embeddedHead() {
    Map<String, Schema> head = new LinkedHashMap<>();
    head.put(
        "apiVersion",
        text(
            "apiVersion defines the versioned schema of this representation of an object. More"
                + " info: "
                + CONVENTIONS
                + "#resources"));
    head.put(
        "kind",
        text(
            "kind is a string value representing the type of this object. In CamelCase. More info: "
                + CONVENTIONS
                + "#types-kinds"));
    head.put("metadata", metadata());
    return head;
  }

  private static Schema text(String description) {
    return Schema.builder().type(Schema.Type.STRING).description(description).build();
  }

  /** One that may hold anything says nothing, lest kubectl of old refuses what it does not know. */
  private Schema swagger(Schema schema) {
    return schema.preserveUnknownFields()
        ? Schema.builder().type(Schema.Type.OBJECT).build()
        : object(PublishedSchemas.v2(schema));
  }

  private Schema list(ServedVersion version, String type) {
    Map<String, Schema> properties = new LinkedHashMap<>(typeMeta());
    properties.put(
        "metadata",
        reference(
            LIST_META,
            "Standard list metadata. More info:"
                + " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds"));
    properties.put(
        "items",
        Schema.builder()
            .type(Schema.Type.ARRAY)
            .description(
                "List of "
                    + version.resource().resource()
                    + ". More info:"
                    + " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md")
            .items(reference(type, ""))
            .build());
    return Schema.builder()
        .type(Schema.Type.OBJECT)
        .description(version.listKind() + " is a list of " + version.kind().kind())
        .properties(properties)
        .required(Set.of("items"))
        .build();
  }

  private Map<String, Schema> typeMeta() {
    Map<String, Schema> pod = schemas.type("io.k8s.api.core.v1.Pod").properties();
    Map<String, Schema> both = new LinkedHashMap<>();
    for (String name : List.of("apiVersion", "kind")) {
      Schema schema = pod.get(name);
      if (schema != null) {
        both.put(name, schema);
      }
    }
    return both;
  }

  private Schema reference(String name, String description) {
    return Schema.builder()
        .reference(
            name,
            () -> {
              CustomType own = custom.get(name);
              return own == null ? schemas.type(name) : own.schema();
            })
        .description(description)
        .build();
  }
}
