package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.SchemaPath;
import dev.javernetes.api.schema.structural.StructuralSchemas;
import dev.javernetes.apiserver.discovery.VersionOrder;
import dev.javernetes.apiserver.printers.TablePrinters;
import dev.javernetes.apiserver.registry.Conversion;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ScalePaths;
import dev.javernetes.apiserver.registry.Scope;
import dev.javernetes.apiserver.registry.SelectableField;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.SubresourceDefinition;
import dev.javernetes.apiserver.registry.TableColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a CustomResourceDefinition object into an entry of the registry, under the names that it
 * has been given ({@code status.acceptedNames}).
 */
final class CustomDefinitions {
  private static final List<String> VERBS =
      List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");
  private static final List<String> PART_VERBS = List.of("get", "patch", "update");

  private final Schema objectMeta;
  private final Conversions conversions;
  private final Set<GroupResource> terminating;
  private final CustomValidation validation = new CustomValidation();

  /**
   * @param terminating the resources whose definition is about to go, as they are now
   */
  CustomDefinitions(Schema objectMeta, Conversions conversions, Set<GroupResource> terminating) {
    this.objectMeta = objectMeta;
    this.conversions = conversions;
    this.terminating = terminating;
  }

  ResourceDefinition definition(JsonObject object) {
    JsonObject spec = object.objectOrEmpty("spec");
    JsonObject names = object.objectOrEmpty("status").objectOrEmpty("acceptedNames");
    String group = spec.string("group");
    GroupResource name = new GroupResource(group, names.string("plural"));
    List<ServedVersion> served = new ArrayList<>();
    Map<String, CustomVersion> versions = new HashMap<>();
    Set<String> offered = new HashSet<>();
    for (JsonObject version : DefinitionStrategy.versions(object)) {
      ServedVersion one = version(version, spec, names);
      served.add(one);
      versions.put(one.kind().apiVersion(), CustomVersion.of(version, one.kind()));
      offered.addAll(subresources(version));
    }
    served.sort((left, right) ->
        VersionOrder.PREFERRED_FIRST.compare(
            left.resource().version(), right.resource().version()));
    GroupVersionKind kind = served.getFirst().kind();
    return new ResourceDefinition(
        name,
        names.string("singular"),
        names.strings("shortNames"),
        names.strings("categories"),
        spec.string("scope").equals("Namespaced") ? Scope.NAMESPACED : Scope.CLUSTER,
        "/registry/" + group + "/" + name.resource() + "/",
        VERBS,
        subresources(offered, kind),
        served,
        conversion(object, versions),
        new CustomStrategy(name, versions, () -> terminating.contains(name), validation),
        OptionalLong.empty(),
        true);
  }

  private Conversion conversion(JsonObject object, Map<String, CustomVersion> versions) {
    JsonObject conversion = object.objectOrEmpty("spec").objectOrEmpty("conversion");
    return conversion.string("strategy").equals("Webhook")
        ? conversions.webhook(conversion.objectOrEmpty("webhook"), versions)
        : new RenameConversion(versions);
  }

  private static Set<String> subresources(JsonObject version) {
    Set<String> offered = new HashSet<>();
    JsonObject subresources = version.objectOrEmpty("subresources");
    for (String part : List.of("status", "scale")) {
      if (subresources.has(part)) {
        offered.add(part);
      }
    }
    return offered;
  }

  private static List<SubresourceDefinition> subresources(
      Set<String> offered, GroupVersionKind kind) {
    List<SubresourceDefinition> subresources = new ArrayList<>();
    if (offered.contains("status")) {
      subresources.add(
          new SubresourceDefinition(
              "status", SubresourceDefinition.Behaviour.PART_OF_OBJECT, kind, PART_VERBS));
    }
    if (offered.contains("scale")) {
      subresources.add(
          new SubresourceDefinition(
              "scale",
              SubresourceDefinition.Behaviour.SCALE,
              new GroupVersionKind("autoscaling", "v1", "Scale"),
              PART_VERBS));
    }
    return subresources;
  }

  private ServedVersion version(JsonObject version, JsonObject spec, JsonObject names) {
    GroupVersion groupVersion = new GroupVersion(spec.string("group"), version.string("name"));
    JsonObject schema = version.objectOrEmpty("schema").objectOrEmpty("openAPIV3Schema");
    if (spec.bool("preserveUnknownFields")) {
      schema = new JsonObject(schema); // of a definition made before apiextensions/v1
      schema.put("x-kubernetes-preserve-unknown-fields", true);
    }
    return new ServedVersion(
        groupVersion.resource(names.string("plural")),
        groupVersion.kind(names.string("kind")),
        names.string("listKind"),
        StructuralSchemas.root(schema, objectMeta),
        version.bool("served"),
        version.bool("storage"),
        deprecation(version, groupVersion, spec, names.string("kind")),
        selectable(version, StructuralSchemas.parse(schema)),
        columns(version),
        subresources(version),
        scalePaths(version.objectOrEmpty("subresources").objectOrEmpty("scale")));
  }

  private static List<SelectableField> selectable(JsonObject version, Schema schema) {
    List<SelectableField> fields = new ArrayList<>();
    for (JsonObject field : version.objects("selectableFields")) {
      String jsonPath = field.string("jsonPath");
      try {
        fields.add(
            new SelectableField(
                jsonPath.startsWith(".") ? jsonPath.substring(1) : jsonPath,
                SchemaPath.resolve(jsonPath, schema, true).names(),
                ""));
      } catch (SchemaPath.UnresolvedException gone) {
        fields.add(SelectableField.of(jsonPath.startsWith(".") ? jsonPath.substring(1) : jsonPath));
      }
    }
    return fields;
  }

  /** A path that cannot be read costs the definition its columns, as upstream has it. */
  private static TableColumns columns(JsonObject version) {
    try {
      return TablePrinters.forCustomResource(version.objects("additionalPrinterColumns"));
    } catch (IllegalArgumentException unreadable) {
      return TablePrinters.forCustomResource(List.of());
    }
  }

  private static ScalePaths scalePaths(JsonObject scale) {
    return scale.isEmpty()
        ? ScalePaths.USUAL
        : new ScalePaths(
            ScalePaths.parts(scale.string("specReplicasPath")),
            ScalePaths.parts(scale.string("statusReplicasPath")),
            ScalePaths.parts(scale.string("labelSelectorPath")));
  }

  /** The definition's own words, or which newer version to use. */
  private static @Nullable String deprecation(
      JsonObject version, GroupVersion own, JsonObject spec, String kind) {
    if (!version.bool("deprecated")) {
      return null;
    }
    String given = version.stringOrNull("deprecationWarning");
    if (given != null) {
      return given;
    }
    String message = own + " " + kind + " is deprecated";
    return spec.objects("versions").stream()
        .filter(other -> other.bool("served") && !other.bool("deprecated"))
        .map(other -> other.string("name"))
        .filter(name -> VersionOrder.PREFERRED_FIRST.compare(name, own.version()) < 0)
        .min(VersionOrder.PREFERRED_FIRST)
        .map(name -> message + "; use " + new GroupVersion(own.group(), name) + " " + kind)
        .orElse(message);
  }
}
