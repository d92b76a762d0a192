package dev.javernetes.controllermanager.endpointslice;

import dev.javernetes.api.model.core.v1.Endpoints;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.discovery.v1.EndpointSlice;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.endpointslice.SlicePlan.Group;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
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

/** Carries out {@link SlicePlan}s: for selected pods, or for Endpoints that a user keeps. */
public final class EndpointSliceController implements Controller {
  private final ControllerContext context;
  private final boolean mirroring;
  private final int maxPerSlice;
  private final Loop<ObjectKey> loop;
  private final Informer<Service> services;
  private final Informer<EndpointSlice> slices;
  private final Informer.Index<EndpointSlice> byService;
  private final Informer<Pod> pods;
  private final Informer<Node> nodes;
  private final Informer<Endpoints> endpoints;
  private final OwnWrites<ObjectKey> ownWrites = new OwnWrites<>();

  private EndpointSliceController(
      ControllerContext context, boolean mirroring, int workers, int maxPerSlice) {
    this.context = context;
    this.mirroring = mirroring;
    this.maxPerSlice = maxPerSlice;
    this.loop =
        Loop.of(mirroring ? "endpoint_slice_mirroring" : "endpoint_slice", context, workers);
    this.services = loop.informer(Service.TYPE);
    this.slices = loop.informer(EndpointSlice.TYPE);
    this.pods = loop.informer(Pod.TYPE);
    this.nodes = loop.informer(Node.TYPE);
    this.endpoints = loop.informer(Endpoints.TYPE);
    this.byService =
        slices.index(
            "service",
            slice ->
                List.of(
                    slice.metadata().namespace()
                        + "/"
                        + slice.metadata().labels().getOrDefault(ServiceSlices.SERVICE_NAME, "")));
    loop.on(services, EventHandler.each(service -> loop.queue().add(Meta.key(service))));
    if (mirroring) {
      loop.on(endpoints, EventHandler.each(object -> loop.queue().add(Meta.key(object))));
    } else {
      loop.on(pods, SelectingServices.ofPods(services, loop.queue()::add));
    }
    String manager = mirroring ? MirroredSlices.MANAGER : ServiceSlices.MANAGER;
    loop.on(
        slices,
        EventHandler.each(slice -> {
          Map<String, String> labels = slice.metadata().labels();
          String service = labels.getOrDefault(ServiceSlices.SERVICE_NAME, "");
          if (manager.equals(labels.get(ServiceSlices.MANAGED_BY)) && !service.isEmpty()) {
            loop.queue().add(new ObjectKey(slice.metadata().namespace(), service));
          }
        }));
  }

  public static Controller selected(ControllerContext context, int workers, int maxPerSlice) {
    return new EndpointSliceController(context, false, workers, maxPerSlice);
  }

  public static Controller mirrored(ControllerContext context, int workers, int maxPerSubset) {
    return new EndpointSliceController(context, true, workers, maxPerSubset);
  }

  @Override
  public void start() {
    loop.start(mirroring ? this::mirror : this::select);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void select(ObjectKey key) {
    if (!ownWrites.seenBy(key, slices)) {
      loop.queue().addAfter(key, Duration.ofSeconds(5));
      return;
    }
    Service service = services.get(key).orElse(null);
    List<EndpointSlice> existing = slicesOf(key, ServiceSlices.MANAGER);
    if (service == null || Meta.deleting(service) || !ServicePods.selects(service)) {
      existing.forEach(this::delete);
      return;
    }
    Predicate<Map<String, String>> selector = Selectors.of(service.spec().selector());
    List<Pod> selected = new ArrayList<>();
    for (Pod pod : pods.list(key.namespace())) {
      if (selector.test(pod.metadata().labels())) {
        selected.add(pod);
      }
    }
    ObjectMeta template = ServiceSlices.template(service);
    List<String> families = ServiceSlices.addressTypes(service);
    for (String family : families) {
      List<Group> groups =
          ServiceSlices.groups(service, family, selected, name -> nodes.get("", name).orElse(null));
      List<EndpointSlice> ofFamily =
          existing.stream().filter(slice -> slice.addressType().equals(family)).toList();
      carryOut(key, SlicePlan.of(template, family, groups, ofFamily, maxPerSlice));
    }
    existing.stream()
        .filter(slice -> !families.contains(slice.addressType()))
        .forEach(this::delete);
  }

  private void mirror(ObjectKey key) {
    if (!ownWrites.seenBy(key, slices)) {
      loop.queue().addAfter(key, Duration.ofSeconds(5));
      return;
    }
    Service service = services.get(key).orElse(null);
    Endpoints source = endpoints.get(key).orElse(null);
    List<EndpointSlice> existing = slicesOf(key, MirroredSlices.MANAGER);
    if (source == null || !MirroredSlices.mirrors(service, source)) {
      existing.forEach(this::delete);
      return;
    }
    for (String family : List.of("IPv4", "IPv6")) {
      List<Group> groups = MirroredSlices.groups(source, family, maxPerSlice);
      List<EndpointSlice> ofFamily =
          existing.stream().filter(slice -> slice.addressType().equals(family)).toList();
      if (groups.isEmpty()) {
        ofFamily.forEach(this::delete);
      } else {
        carryOut(
            key,
            SlicePlan.of(MirroredSlices.template(source), family, groups, ofFamily, maxPerSlice));
      }
    }
  }

  private List<EndpointSlice> slicesOf(ObjectKey key, String manager) {
    List<EndpointSlice> own = new ArrayList<>();
    for (EndpointSlice slice : byService.get(key.namespace() + "/" + key.name())) {
      if (manager.equals(slice.metadata().labels().get(ServiceSlices.MANAGED_BY))
          && !Meta.deleting(slice)) {
        own.add(slice);
      }
    }
    return own;
  }

  private void carryOut(ObjectKey key, SlicePlan plan) {
    for (EndpointSlice slice : plan.create()) {
      ownWrites.wrote(key, context.client().create(EndpointSlice.TYPE, slice));
    }
    for (EndpointSlice slice : plan.update()) {
      ownWrites.wrote(key, context.client().update(EndpointSlice.TYPE, slice));
    }
    plan.delete().forEach(this::delete);
  }

  private void delete(EndpointSlice slice) {
    Deletions.ifPresent(
        context.client(), EndpointSlice.TYPE, slice, DeleteOptions.uid(Meta.uid(slice)));
  }
}
