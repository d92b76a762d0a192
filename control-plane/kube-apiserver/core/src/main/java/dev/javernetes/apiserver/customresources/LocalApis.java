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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an APIService for each version of a group that definitions have served here. One that
 * somebody else has made, for a server of their own, is left alone.
 */
final class LocalApis {
  private static final Logger LOG = LoggerFactory.getLogger(LocalApis.class);
  private static final GroupResource API_SERVICES =
      new GroupResource("apiregistration.k8s.io", "apiservices");
  private static final GroupVersionResource API_SERVICES_V1 =
      new GroupVersionResource("apiregistration.k8s.io", "v1", "apiservices");
  private static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";
  private static final long GROUP_PRIORITY = 1_000; // behind all that is built in
  private static final long VERSION_PRIORITY = 100;

  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final Function<String, Set<String>> served;
  private final Map<String, JsonObject> present = new ConcurrentHashMap<>();

  /**
   * @param served the versions of a group that definitions have served
   */
  LocalApis(ObjectReader reader, ObjectWriter writer, Function<String, Set<String>> served) {
    this.reader = reader;
    this.writer = writer;
    this.served = served;
  }

  /** Follows the APIServices: one of ours that somebody deletes comes back. */
  AutoCloseable start() {
    return reader.watch(
        API_SERVICES,
        new ObjectReader.ObjectListener() {
          @Override
          public void changed(JsonObject service) {
            present.put(name(service), service);
          }

          @Override
          public void deleted(JsonObject lastState) {
            present.remove(name(lastState));
            if (isOurs(lastState)) {
              try {
                sync(lastState.objectOrEmpty("spec").string("group"));
              } catch (RuntimeException problem) {
                LOG.warn("APIService {}", name(lastState), problem);
              }
            }
          }
        });
  }

  private static String name(JsonObject service) {
    return service.objectOrEmpty("metadata").string("name");
  }

  void sync(String group) {
    Map<String, JsonObject> others = new HashMap<>();
    present.values().stream()
        .filter(service -> service.objectOrEmpty("spec").string("group").equals(group))
        .forEach(service -> others.put(service.objectOrEmpty("spec").string("version"), service));
    for (String version : served.apply(group)) {
      JsonObject service = others.remove(version);
      if (service == null) {
        tolerating(
            StatusReason.ALREADY_EXISTS,
            () -> writer.create(API_SERVICES_V1, "", service(group, version)));
      } else if (isOurs(service)) {
        restore(service, service(group, version).objectOrEmpty("spec"));
      }
    }
    for (JsonObject service : others.values()) {
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

  private void restore(JsonObject service, JsonObject spec) {
    if (!service.objectOrEmpty("spec").equals(spec)) {
      JsonObject changed = service.deepCopy();
      changed.put("spec", spec);
      tolerating(StatusReason.CONFLICT, () -> writer.update(API_SERVICES_V1, "", changed, ""));
    }
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
