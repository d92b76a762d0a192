package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.RequestInfo;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Groups that an APIService gives to another server. Passing requests on to it is not built: they
 * are refused with 503, so that nobody takes silence for success.
 */
final class RemoteApis implements AutoCloseable {
  private static final GroupResource API_SERVICES =
      new GroupResource("apiregistration.k8s.io", "apiservices");

  private final Map<GroupVersion, String> services = new ConcurrentHashMap<>();
  private final AutoCloseable watch;

  RemoteApis(ObjectReader reader) {
    watch =
        reader.watch(
            API_SERVICES,
            new ObjectReader.ObjectListener() {
              @Override
              public void changed(JsonObject object) {
                JsonObject spec = object.objectOrEmpty("spec");
                if (spec.has("service")) {
                  services.put(served(spec), object.objectOrEmpty("metadata").string("name"));
                } else {
                  services.remove(served(spec));
                }
              }

              @Override
              public void deleted(JsonObject lastState) {
                services.remove(served(lastState.objectOrEmpty("spec")));
              }
            });
  }

  private static GroupVersion served(JsonObject spec) {
    return new GroupVersion(spec.string("group"), spec.string("version"));
  }

  /** {@code null} for what this server answers itself. */
  @Nullable ApiResponse handle(RequestInfo info) {
    if (services.isEmpty() || info.apiGroup().isEmpty()) {
      return null;
    }
    String service = services.get(new GroupVersion(info.apiGroup(), info.apiVersion()));
    if (service == null) {
      return null;
    }
    throw ApiException.of(
        StatusReason.SERVICE_UNAVAILABLE,
        "APIService " + service + ": this server does not pass requests on to other API servers");
  }

  @Override
  public void close() throws Exception {
    watch.close();
  }
}
