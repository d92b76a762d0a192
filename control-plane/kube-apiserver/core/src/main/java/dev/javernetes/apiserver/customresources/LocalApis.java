package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps an APIService for each version of a group that definitions have served here. One that
 * somebody else has made, for a server of their own, is left alone.
 */
final class LocalApis {
  private static final GroupResource API_SERVICES =
      new GroupResource("apiregistration.k8s.io", "apiservices");
  private static final GroupVersionResource API_SERVICES_V1 =
      new GroupVersionResource("apiregistration.k8s.io", "v1", "apiservices");
  private static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";
  private static final long GROUP_PRIORITY = 1_000; // behind all that is built in
  private static final long VERSION_PRIORITY = 100;

  private final ObjectReader reader;
  private final ObjectWriter writer;

  LocalApis(ObjectReader reader, ObjectWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  void sync(String group) {
    Map<String, JsonObject> present = new HashMap<>();
    for (JsonObject service : reader.list(API_SERVICES, "")) {
      if (service.objectOrEmpty("spec").string("group").equals(group)) {
        present.put(service.objectOrEmpty("spec").string("version"), service);
      }
    }
    Set<String> wanted = served(group);
    for (String version : wanted) {
      JsonObject service = present.remove(version);
      if (service == null) {
        tolerating(
            StatusReason.ALREADY_EXISTS,
            () -> writer.create(API_SERVICES_V1, "", service(group, version)));
      } else if (isOurs(service)) {
        JsonObject spec = service(group, version).objectOrEmpty("spec");
        if (!service.objectOrEmpty("spec").equals(spec)) {
          JsonObject changed = service.deepCopy();
          changed.put("spec", spec);
          tolerating(StatusReason.CONFLICT, () -> writer.update(API_SERVICES_V1, "", changed, ""));
        }
      }
    }
    for (JsonObject service : present.values()) {
      if (isOurs(service)) {
        JsonObject metadata = service.objectOrEmpty("metadata");
        tolerating(
            StatusReason.NOT_FOUND,
            () ->
                writer.delete(
                    API_SERVICES_V1, "", metadata.string("name"), metadata.string("uid")));
      }
    }
  }

  private Set<String> served(String group) {
    Set<String> served = new TreeSet<>();
    for (JsonObject definition : reader.list(CustomResources.DEFINITIONS, "")) {
      if (definition.objectOrEmpty("spec").string("group").equals(group)) {
        for (JsonObject version : DefinitionStrategy.versions(definition)) {
          if (version.bool("served")) {
            served.add(version.string("name"));
          }
        }
      }
    }
    return served;
  }

  private static boolean isOurs(JsonObject service) {
    return service.objectOrEmpty("metadata").objectOrEmpty("labels").string(MANAGED).equals("true");
  }

  private static JsonObject service(String group, String version) {
    return JsonObject.of(
        "kind",
        "APIService",
        "apiVersion",
        "apiregistration.k8s.io/v1",
        "metadata",
        JsonObject.of("name", version + "." + group, "labels", JsonObject.of(MANAGED, "true")),
        "spec",
        JsonObject.of(
            "group",
            group,
            "version",
            version,
            "groupPriorityMinimum",
            GROUP_PRIORITY,
            "versionPriority",
            VERSION_PRIORITY));
  }

  private static void tolerating(StatusReason reason, Runnable write) {
    try {
      write.run();
    } catch (ApiException problem) {
      if (!problem.is(reason)) {
        throw problem;
      }
    }
  }
}
