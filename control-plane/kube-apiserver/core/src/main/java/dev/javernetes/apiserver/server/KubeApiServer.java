package dev.javernetes.apiserver.server;

import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.apiserver.ApiServer;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.admission.webhook.HttpWebhookCaller;
import dev.javernetes.apiserver.connect.BackendConnector;
import dev.javernetes.apiserver.connect.KubeletOptions;
import dev.javernetes.apiserver.customresources.ConversionWebhooks;
import dev.javernetes.apiserver.customresources.CustomResources;
import dev.javernetes.apiserver.discovery.DiscoveryDocuments;
import dev.javernetes.apiserver.discovery.DiscoveryPaths;
import dev.javernetes.apiserver.discovery.HealthChecks;
import dev.javernetes.apiserver.discovery.RequestMetrics;
import dev.javernetes.apiserver.discovery.ServerPaths;
import dev.javernetes.apiserver.openapi.OpenApiPaths;
import dev.javernetes.apiserver.pipeline.Connector;
import dev.javernetes.apiserver.pipeline.Engine;
import dev.javernetes.apiserver.pipeline.ObjectCodec;
import dev.javernetes.apiserver.pipeline.ObjectNames;
import dev.javernetes.apiserver.pipeline.RequestPipeline;
import dev.javernetes.apiserver.pipeline.SystemObjects;
import dev.javernetes.apiserver.printers.TablePrinters;
import dev.javernetes.apiserver.registry.BuiltInResources;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ResourceRegistry;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.security.Security;
import dev.javernetes.apiserver.services.AddressRange;
import dev.javernetes.apiserver.services.PortBitmap;
import dev.javernetes.apiserver.strategy.service.ServiceNetwork;
import dev.javernetes.apiserver.strategy.service.ServiceRepair;
import dev.javernetes.etcd.mvcc.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running API server, without a transport: an HTTP edge and in-process clients call {@link
 * #handle}.
 *
 * <pre>{@code
 * KubeApiServer server = KubeApiServer.start(options);     // returns once requests are answered
 * server.awaitReady();                                     // and /readyz says ok
 * }</pre>
 */
public final class KubeApiServer implements ApiServer {
  private static final Logger LOG = LoggerFactory.getLogger(KubeApiServer.class);

  /** The version of the Kubernetes API that is served. */
  public static final String VERSION = "v1.36.2";

  private final ApiServer pipeline;
  private final Security security;
  private final SystemObjects objects;
  private final CustomResources customResources;
  private final RemoteApis remoteApis;
  private final ServiceRepair serviceRepair;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile boolean stopping;

  private KubeApiServer(KubeApiServerOptions options) {
    BuiltInSchemas schemas = BuiltInSchemas.get();
    KubeApiServerOptions.Network ranges = options.network();
    ServiceNetwork services =
        new ServiceNetwork(
            ranges.serviceCidrs().stream().map(AddressRange::parse).toList(),
            new PortBitmap(
                options.store(),
                ranges.nodePortFirst(),
                ranges.nodePortLast(),
                options.runtime().random()),
            this::objects,
            this::objects,
            options.runtime().random());
    serviceRepair = new ServiceRepair(services, this::objects, options.runtime().clock());
    ResourceRegistry registry =
        new ResourceRegistry(
            new BuiltInResources(
                    schemas,
                    new BuiltInStrategies(services, this::objects, this::authorizer),
                    new TablePrinters(),
                    new BuiltInConversions())
                .definitions());
    ObjectCodec codec = new ObjectCodec(schemas, schemas::schemaOf, options.features().cbor());
    KubeApiServerOptions.Runtime runtime = options.runtime();
    Engine engine =
        new Engine(
            new Engine.Parts(
                options.store(),
                registry,
                codec,
                schemas,
                new Engine.Runtime(
                    runtime.clock(),
                    runtime.nanoTime(),
                    runtime.random(),
                    runtime.scheduler(),
                    runtime.threads())));
    engine.load();
    customResources =
        new CustomResources(
            engine.objects(),
            engine.objects(),
            registry,
            new CustomResources.Resources() {
              @Override
              public void add(ResourceDefinition definition) {
                engine.add(definition);
              }

              @Override
              public void remove(ResourceDefinition definition) {
                engine.remove(definition);
              }
            },
            schemas.type("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"),
            new ConversionWebhooks(new HttpWebhookCaller(engine.objects()), ObjectNames::uid),
            new CustomResources.Runtime(runtime.clock(), runtime.threads(), runtime.scheduler()));
    customResources.start();
    ObjectNames names = new ObjectNames(runtime.random());
    objects = engine.objects();
    security =
        Security.create(
            options.security(),
            new Security.Ports(
                objects,
                objects,
                runtime.clock(),
                ObjectNames::uid,
                names::suffix,
                runtime.threads()));
    DiscoveryDocuments documents = new DiscoveryDocuments(registry, List::of);
    HealthChecks health =
        new HealthChecks(
            () -> storeProblem(options),
            () -> ready.isDone() && !ready.isCompletedExceptionally(),
            () -> stopping);
    ServerPaths paths =
        new ServerPaths(
            health,
            documents,
            ServerPaths.version(VERSION, "0000000000000000000000000000000000000000", ""));
    DiscoveryPaths discovery =
        new DiscoveryPaths(
            registry,
            documents,
            () -> options.network().advertiseAddress() + ":" + options.network().securePort(),
            () -> 0L);
    OpenApiPaths openApi = new OpenApiPaths(registry, schemas);
    RequestMetrics metrics = new RequestMetrics(runtime.nanoTime(), () -> counts(registry, engine));
    remoteApis = new RemoteApis(objects);
    List<RequestPipeline.PathHandler> handlers =
        List.of(
            (request, user, now) -> health.handle(request),
            (request, user, now) -> discovery.handle(request),
            (request, user, now) -> openApi.handle(request, now),
            (request, user, now) -> metrics.handle(request),
            (request, user, now) -> paths.handle(request));
    pipeline =
        engine.serve(
            new Engine.Guards(
                security.authenticator(),
                security.authorizer(),
                security.admission(),
                security.reviews()),
            handlers,
            (request, info, user) -> remoteApis.handle(info),
            connector(options),
            metrics::finished,
            () -> {});
    runtime.threads().execute(() -> bootstrap(options));
  }

  /** Without a client certificate kubelets are called all the same, and may refuse. */
  private Connector connector(KubeApiServerOptions options) {
    KubeletOptions kubelets = options.kubelets();
    return new BackendConnector(
        objects,
        kubelets == null
            ? KubeletOptions.standard((SSLSocketFactory) SSLSocketFactory.getDefault())
            : kubelets);
  }

  private static Map<String, Integer> counts(ResourceRegistry registry, Engine engine) {
    Map<String, Integer> counts = new HashMap<>();
    for (ResourceDefinition definition : registry.all()) {
      if (definition.verbs().contains("watch")) {
        counts.put(definition.groupResource().toString(), engine.count(definition.groupResource()));
      }
    }
    return counts;
  }

  public static KubeApiServer start(KubeApiServerOptions options) {
    return new KubeApiServer(options);
  }

  private static @Nullable String storeProblem(KubeApiServerOptions options) {
    try {
      options.store().revision();
      return null;
    } catch (StoreException problem) {
      return "etcd: " + problem.getMessage();
    }
  }

  private void bootstrap(KubeApiServerOptions options) {
    try {
      BootstrapObjects everyCluster =
          new BootstrapObjects(objects, options.network(), options.runtime().clock());
      everyCluster.writeNamespaces();
      List<Runnable> steps = new ArrayList<>(security.bootstrap());
      steps.addAll(everyCluster.steps());
      Executor threads = options.runtime().threads();
      CompletableFuture.allOf(
              steps.stream()
                  .map(step -> CompletableFuture.runAsync(step, threads))
                  .toArray(CompletableFuture<?>[]::new))
          .join();
      keepServicesRight(options.runtime());
      ready.complete(null);
    } catch (RuntimeException problem) {
      LOG.error("writing the objects that every cluster has", problem);
      ready.completeExceptionally(problem);
    }
  }

  /** Now and then, until the scheduler or this server ends. */
  private void keepServicesRight(KubeApiServerOptions.Runtime runtime) {
    if (stopping) {
      return;
    }
    try {
      serviceRepair.run();
    } catch (RuntimeException problem) {
      LOG.warn("comparing services with the addresses and ports that are taken", problem);
    }
    try {
      runtime
          .scheduler()
          .schedule(
              () -> runtime.threads().execute(() -> keepServicesRight(runtime)),
              ServiceRepair.INTERVAL.toSeconds(),
              TimeUnit.SECONDS);
    } catch (RejectedExecutionException stopped) {
      LOG.debug("stopped", stopped);
    }
  }

  /** Waits until everything that runs once after the start has run; throws what failed. */
  public void awaitReady() {
    ready.join();
  }

  private Authorizer authorizer() {
    return security.authorizer();
  }

  /** The server's own access to objects. */
  public SystemObjects objects() {
    return objects;
  }

  @Override
  public ApiResponse handle(ApiRequest request) {
    return pipeline.handle(request);
  }

  @Override
  public void close() {
    stopping = true;
    pipeline.close();
    try {
      remoteApis.close();
      customResources.close();
      security.close();
    } catch (Exception problem) {
      LOG.warn("closing", problem);
    }
  }
}
