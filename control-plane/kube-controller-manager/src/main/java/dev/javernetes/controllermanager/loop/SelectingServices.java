package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import java.util.Map;
import java.util.function.Consumer;

/** Tells which Services a pod's change concerns. */
public final class SelectingServices {
  private SelectingServices() {}

  /** A handler of pods that names each Service that selected the pod before or selects it now. */
  public static EventHandler<Pod> ofPods(Informer<Service> services, Consumer<ObjectKey> changed) {
    return new EventHandler<>() {
      @Override
      public void added(Pod pod, boolean initial) {
        tell(pod, pod.metadata().labels());
      }

      @Override
      public void changed(Pod before, Pod now) {
        boolean labels = !before.metadata().labels().equals(now.metadata().labels());
        if (labels) {
          tell(now, before.metadata().labels());
        }
        if (labels || matters(before, now)) {
          tell(now, now.metadata().labels());
        }
      }

      @Override
      public void deleted(Pod pod) {
        tell(pod, pod.metadata().labels());
      }

      private void tell(Pod pod, Map<String, String> labels) {
        for (Service service : services.list(pod.metadata().namespace())) {
          if (ServicePods.selects(service)
              && Selectors.of(service.spec().selector()).test(labels)) {
            changed.accept(Meta.key(service));
          }
        }
      }
    };
  }

  private static boolean matters(Pod before, Pod now) {
    return before.equals(now) // a resync
        || PodStates.ready(before) != PodStates.ready(now)
        || Meta.deleting(before) != Meta.deleting(now)
        || PodStates.finished(before) != PodStates.finished(now)
        || !before.status().podIPs().equals(now.status().podIPs())
        || !before.status().podIP().equals(now.status().podIP())
        || !before.spec().equals(now.spec());
  }
}
