package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.StructuralSchemas;
import dev.javernetes.api.schema.structural.StructuralValidation;
import dev.javernetes.apiserver.discovery.VersionOrder;
import dev.javernetes.apiserver.printers.TablePrinters;
import dev.javernetes.apiserver.registry.Conversion;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ScalePaths;
import dev.javernetes.apiserver.registry.Scope;
import dev.javernetes.apiserver.registry.SelectableField;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.SubresourceDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Turns a CustomResourceDefinition object into an entry of the registry. */
final class CustomDefinitions {
  private static final List<String> VERBS =
      List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");
  private static final List<String> PART_VERBS = List.of("get", "patch", "update");

  private final Schema objectMeta;
  private final StructuralValidation validation;

  CustomDefinitions(Schema objectMeta, StructuralValidation validation) {
    this.objectMeta = objectMeta;
    this.validation = validation;
  }

  ResourceDefinition definition(JsonObject object) {
    JsonObject spec = object.objectOrEmpty("spec");
    JsonObject names = spec.objectOrEmpty("names");
    String group = spec.string("group");
    String plural = names.string("plural");
    List<ServedVersion> versions = new ArrayList<>();
    Map<String, Schema> schemas = new HashMap<>();
    boolean status = false;
    boolean scale = false;
    for (JsonObject version : DefinitionStrategy.versions(object)) {
      ServedVersion served = version(version, group, names);
      versions.add(served);
      schemas.put(served.kind().apiVersion(), served.schema());
      status |= version.objectOrEmpty("subresources").has("status");
      scale |= version.objectOrEmpty("subresources").has("scale");
    }
    versions.sort((left, right) ->
        VersionOrder.PREFERRED_FIRST.compare(
            left.resource().version(), right.resource().version()));
    GroupVersionKind kind = versions.getFirst().kind();
    List<SubresourceDefinition> subresources = new ArrayList<>();
    if (status) {
      subresources.add(
          new SubresourceDefinition(
              "status", SubresourceDefinition.Behaviour.PART_OF_OBJECT, kind, PART_VERBS));
    }
    if (scale) {
      subresources.add(
          new SubresourceDefinition(
              "scale",
              SubresourceDefinition.Behaviour.SCALE,
              new GroupVersionKind("autoscaling", "v1", "Scale"),
              PART_VERBS));
    }
    return new ResourceDefinition(
        new GroupResource(group, plural),
        names.string("singular"),
        names.strings("shortNames"),
        names.strings("categories"),
        spec.string("scope").equals("Namespaced") ? Scope.NAMESPACED : Scope.CLUSTER,
        "/registry/" + group + "/" + plural + "/",
        VERBS,
        subresources,
        versions,
        Conversion.RENAME,
        new CustomStrategy(schemas, status, validation),
        OptionalLong.empty(),
        true);
  }

  private ServedVersion version(JsonObject version, String group, JsonObject names) {
    GroupVersion groupVersion = new GroupVersion(group, version.string("name"));
    List<SelectableField> fields = new ArrayList<>();
    for (JsonObject field : version.objects("selectableFields")) {
      String path = field.string("jsonPath");
      fields.add(SelectableField.of(path.startsWith(".") ? path.substring(1) : path));
    }
    String warning = null;
    if (version.bool("deprecated")) {
      warning = version.string("deprecationWarning");
      if (warning.isEmpty()) {
        warning = groupVersion + " " + names.string("kind") + " is deprecated";
      }
    }
    return new ServedVersion(
        groupVersion.resource(names.string("plural")),
        groupVersion.kind(names.string("kind")),
        names.string("listKind"),
        StructuralSchemas.root(
            version.objectOrEmpty("schema").objectOrEmpty("openAPIV3Schema"), objectMeta),
        version.bool("served"),
        version.bool("storage"),
        warning,
        fields,
        TablePrinters.forCustomResource(version.objects("additionalPrinterColumns")));
  }

  /** {@code null} if no version has a scale subresource. */
  static @Nullable ScalePaths scalePaths(JsonObject object) {
    for (JsonObject version : DefinitionStrategy.versions(object)) {
      JsonObject scale = version.objectOrEmpty("subresources").object("scale");
      if (scale != null) {
        return new ScalePaths(
            path(scale.string("specReplicasPath")),
            path(scale.string("statusReplicasPath")),
            path(scale.string("labelSelectorPath")));
      }
    }
    return null;
  }

  private static List<String> path(String jsonPath) {
    String plain = jsonPath.startsWith(".") ? jsonPath.substring(1) : jsonPath;
    return plain.isEmpty() ? List.of() : List.of(plain.split("\\."));
  }
}
