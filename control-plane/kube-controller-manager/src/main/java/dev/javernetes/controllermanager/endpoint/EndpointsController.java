package dev.javernetes.controllermanager.endpoint;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.Endpoints;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.OwnWrites;
import dev.javernetes.controllermanager.loop.SelectingServices;
import dev.javernetes.controllermanager.loop.Selectors;
import dev.javernetes.controllermanager.loop.ServicePods;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Carries out {@link EndpointsPlan}. */
public final class EndpointsController implements Controller {
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<Service> services;
  private final Informer<Pod> pods;
  private final Informer<Endpoints> endpoints;
  private final OwnWrites<ObjectKey> ownWrites = new OwnWrites<>();

  public EndpointsController(ControllerContext context, int workers) {
    this.context = context;
    this.loop = Loop.of("endpoint", context, workers);
    this.services = loop.informer(Service.TYPE);
    this.pods = loop.informer(Pod.TYPE);
    this.endpoints = loop.informer(Endpoints.TYPE);
    loop.on(services, EventHandler.each(service -> loop.queue().add(Meta.key(service))));
    loop.on(pods, SelectingServices.ofPods(services, loop.queue()::add));
    loop.on(
        endpoints,
        EventHandler.each(object -> {
          if (object.metadata().labels().containsKey(EndpointsPlan.MANAGED_BY)) {
            loop.queue().add(Meta.key(object)); // deleted by hand, or left over
          }
        }));
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void reconcile(ObjectKey key) {
    if (!ownWrites.seenBy(key, endpoints)) {
      loop.queue().addAfter(key, Duration.ofSeconds(5));
      return;
    }
    Service service = services.get(key).orElse(null);
    Endpoints present = endpoints.get(key).orElse(null);
    if (service == null) {
      ownWrites.forget(key);
      if (present != null && present.metadata().labels().containsKey(EndpointsPlan.MANAGED_BY)) {
        delete(key);
      }
      return;
    }
    if (!ServicePods.selects(service)) {
      return; // the user keeps the Endpoints of such a Service
    }
    Predicate<Map<String, String>> selector = Selectors.of(service.spec().selector());
    List<Pod> selected = new ArrayList<>();
    for (Pod pod : pods.list(key.namespace())) {
      if (selector.test(pod.metadata().labels())) {
        selected.add(pod);
      }
    }
    Endpoints wanted = EndpointsPlan.of(service, selected, present);
    if (wanted != null) {
      ownWrites.wrote(
          key,
          present == null
              ? context.client().create(Endpoints.TYPE, wanted)
              : context.client().update(Endpoints.TYPE, wanted));
    }
  }

  private void delete(ObjectKey key) {
    try {
      context.client().delete(Endpoints.TYPE, key.namespace(), key.name(), DeleteOptions.NONE);
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND)) {
        throw refusal;
      }
    }
  }
}
