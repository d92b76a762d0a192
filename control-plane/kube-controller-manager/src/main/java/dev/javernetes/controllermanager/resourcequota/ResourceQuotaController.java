package dev.javernetes.controllermanager.resourcequota;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.ResourceQuota;
import dev.javernetes.api.model.core.v1.ResourceQuotaStatus;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.client.Client;
import dev.javernetes.client.Discovery;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.Transport.Parameter;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import java.time.Duration;
import java.util.Map;

/**
 * Recounts a quota when it changes, when something it counts goes, and from time to time; what
 * comes is counted by admission before.
 */
public final class ResourceQuotaController implements Controller {
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<ResourceQuota> quotas;
  private final Informer<Pod> pods;
  private final Informer<Service> services;
  private final Informer<PersistentVolumeClaim> claims;

  public ResourceQuotaController(ControllerContext context, int workers, Duration resync) {
    this.context = context;
    this.loop = Loop.of("resourcequota", context, workers);
    this.quotas = loop.informer(ResourceQuota.TYPE);
    this.pods = loop.informer(Pod.TYPE);
    this.services = loop.informer(Service.TYPE);
    this.claims = loop.informer(PersistentVolumeClaim.TYPE);
    loop.on(
        quotas,
        resync,
        new EventHandler<>() {
          @Override
          public void added(ResourceQuota quota, boolean initial) {
            loop.queue().add(Meta.key(quota));
          }

          /**
           * What admission charges is not counted anew at once: the new object may not be known
           * here yet, and what it was charged would be taken back.
           */
          @Override
          public void changed(ResourceQuota before, ResourceQuota now) {
            boolean again =
                before.metadata().resourceVersion().equals(now.metadata().resourceVersion());
            if (again || !before.spec().hard().equals(now.spec().hard())) {
              loop.queue().add(Meta.key(now));
            }
          }

          @Override
          public void deleted(ResourceQuota quota) {}
        });
    loop.on(
        pods,
        new EventHandler<>() {
          @Override
          public void added(Pod pod, boolean initial) {}

          @Override
          public void changed(Pod before, Pod now) {
            if (PodStates.finished(now) && !PodStates.finished(before)) {
              deleted(now);
            }
          }

          @Override
          public void deleted(Pod pod) {
            recount(pod);
          }
        });
    onGone(services);
    onGone(claims);
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private <T extends KubernetesObject> void onGone(Informer<T> informer) {
    loop.on(
        informer,
        new EventHandler<>() {
          @Override
          public void added(T object, boolean initial) {}

          @Override
          public void changed(T before, T now) {}

          @Override
          public void deleted(T object) {
            recount(object);
          }
        });
  }

  private void recount(KubernetesObject object) {
    quotas.list(object.metadata().namespace()).forEach(quota -> loop.queue().add(Meta.key(quota)));
  }

  private void reconcile(ObjectKey key) {
    ResourceQuota quota = quotas.get(key).orElse(null);
    if (quota == null || Meta.deleting(quota)) {
      return;
    }
    Map<String, Quantity> used =
        QuotaUsage.of(
            quota,
            pods.list(key.namespace()),
            services.list(key.namespace()),
            claims.list(key.namespace()),
            resource -> count(resource, key.namespace()));
    ResourceQuotaStatus status = new ResourceQuotaStatus(quota.spec().hard(), used);
    if (!status.equals(quota.status())) {
      context.client().updateStatus(ResourceQuota.TYPE, quota.toBuilder().status(status).build());
    }
  }

  private int count(String resource, String namespace) {
    int dot = resource.indexOf('.');
    String name = dot < 0 ? resource : resource.substring(0, dot);
    String group = dot < 0 ? "" : resource.substring(dot + 1);
    for (Discovery.Resource served : Discovery.of(context.client()).resources()) {
      if (served.resource().resource().equals(name)
          && served.resource().group().equals(group)
          && served.namespaced()) {
        try {
          JsonObject page =
              context
                  .client()
                  .getJson(Client.path(served.resource(), namespace), new Parameter("limit", "1"));
          return page.objects("items").size()
              + (int) page.objectOrEmpty("metadata").integer("remainingItemCount");
        } catch (ApiException refusal) {
          if (!refusal.is(StatusReason.NOT_FOUND)) {
            throw refusal;
          }
        }
      }
    }
    return 0;
  }
}
