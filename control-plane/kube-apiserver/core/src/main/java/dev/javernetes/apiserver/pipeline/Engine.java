package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.apiserver.ApiServer;
import dev.javernetes.apiserver.access.Admission;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authenticator;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.access.ReviewCatalog;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ResourceRegistry;
import dev.javernetes.apiserver.watchcache.ResourceCache;
import dev.javernetes.apiserver.watchcache.StoreFeed;
import dev.javernetes.etcd.mvcc.Store;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Puts the resource engine together, in two steps, since what guards it reads objects itself:
 *
 * <pre>{@code
 * Engine engine = new Engine(parts);
 * engine.load();                                     // the caches follow the store
 * Security security = Security.create(settings, engine.objects(), engine.objects(), …);
 * ApiServer server = engine.serve(guards, paths, …); // requests pass
 * }</pre>
 */
public final class Engine {

  /** What an engine needs. */
  public record Parts(
      Store store,
      ResourceRegistry registry,
      ObjectCodec codec,
      SchemaCatalog schemas,
      Runtime runtime) {}

  /** Time, chance and threads. */
  public record Runtime(
      Clock clock,
      LongSupplier nanoTime,
      RandomGenerator random,
      ScheduledExecutorService scheduler,
      Executor listeners) {}

  /** Who guards the engine. */
  public record Guards(
      Authenticator authenticator,
      Authorizer authorizer,
      Admission admission,
      ReviewCatalog reviews) {}

  private final Parts parts;
  private final StoreFeed feed;
  private final LateAdmission admission = new LateAdmission();
  private final LateAuthorizer authorizer = new LateAuthorizer();
  private final WriteAdmission asking;
  private final Responder responder;
  private final ObjectWrites writes;
  private final ObjectDeletion deletion;
  private final SystemObjects objects;

  public Engine(Parts parts) {
    this.parts = parts;
    Runtime runtime = parts.runtime;
    feed = new StoreFeed(parts.store, runtime.nanoTime);
    responder = new Responder(parts.codec);
    StoredForms forms = new StoredForms(feed, parts.codec);
    asking = new WriteAdmission(admission, authorizer);
    writes =
        new ObjectWrites(
            parts.store,
            forms,
            parts.codec,
            asking,
            new Leases(parts.store),
            new ObjectNames(runtime.random));
    deletion = new ObjectDeletion(parts.store, forms, admission);
    objects =
        new SystemObjects(feed, parts.registry, writes, deletion, runtime.clock, runtime.listeners);
  }

  /** Reads everything there is and follows the store from then on. */
  public void load() {
    feed.start(stored(parts.registry.all()), parts.codec::decodeStored);
  }

  private static List<ResourceDefinition> stored(List<ResourceDefinition> definitions) {
    return definitions.stream().filter(one -> one.verbs().contains("watch")).toList();
  }

  /** Begins to serve one more resource, or a changed one. */
  public void add(ResourceDefinition definition) {
    feed.add(definition, parts.codec::decodeStored);
    parts.registry.put(definition);
  }

  /** Ends serving a resource. */
  public void remove(ResourceDefinition definition) {
    parts.registry.remove(definition.groupResource());
    feed.remove(definition);
  }

  public SystemObjects objects() {
    return objects;
  }

  public StoreFeed feed() {
    return feed;
  }

  /** How many objects of a resource there are. */
  public int count(GroupResource resource) {
    ResourceDefinition definition = parts.registry.find(resource);
    ResourceCache cache = definition == null ? null : feed.cache(definition);
    return cache == null ? 0 : cache.size();
  }

  public ApiServer serve(
      Guards guards,
      List<RequestPipeline.PathHandler> paths,
      RequestPipeline.Delegate aggregation,
      @Nullable Connector connector,
      RequestPipeline.RequestObserver observer,
      Runnable onClose) {
    admission.set(guards.admission);
    authorizer.set(guards.authorizer);
    Runtime runtime = parts.runtime;
    ObjectCodec codec = parts.codec;
    RequestBodies bodies = new RequestBodies(codec);
    WriteHandlers handlers = new WriteHandlers(writes, bodies, codec, responder);
    ObjectReads reads =
        new ObjectReads(
            feed,
            parts.store,
            responder,
            codec,
            new WatchTimer(runtime.scheduler, runtime.random),
            runtime.listeners);
    Reviews reviews = new Reviews(guards.reviews, bodies, codec, responder, asking, parts.schemas);
    ScaleSubresource scale =
        new ScaleSubresource(feed, writes, bodies, codec, responder, asking, parts.schemas);
    PodBinding binding =
        new PodBinding(
            writes,
            bodies,
            codec,
            responder,
            admission,
            parts.schemas,
            () -> Objects.requireNonNull(parts.registry.find(new GroupResource("", "pods"))));
    PodEviction eviction =
        new PodEviction(
            objects, objects, writes, deletion, bodies, codec, responder, admission, parts.schemas);
    return new RequestPipeline(
        new RequestPipeline.Parts(
            guards.authenticator,
            guards.authorizer,
            parts.registry,
            List.copyOf(paths),
            aggregation,
            reads,
            handlers,
            new DeleteHandlers(deletion, reads, bodies, codec, responder),
            new Subresources(reads, handlers, reviews, scale, binding, eviction, asking, connector),
            reviews,
            binding,
            responder,
            feed,
            runtime.clock,
            runtime.nanoTime,
            observer,
            onClose));
  }

  /** The authorizer reads objects too; before it is there nobody may create. */
  private static final class LateAuthorizer implements Authorizer {
    private volatile Authorizer authorizer = attributes -> Authorizer.Decision.NO_OPINION;

    void set(Authorizer real) {
      authorizer = real;
    }

    @Override
    public Decision authorize(RequestAttributes attributes) {
      return authorizer.authorize(attributes);
    }
  }

  /** Admission is made of what reads objects, so it comes after the engine. */
  private static final class LateAdmission implements Admission {
    private volatile Admission chain = Admission.NONE;

    void set(Admission admission) {
      chain = admission;
    }

    @Override
    public void mutate(AdmissionRequest request) {
      chain.mutate(request);
    }

    @Override
    public void validate(AdmissionRequest request) {
      chain.validate(request);
    }
  }
}
