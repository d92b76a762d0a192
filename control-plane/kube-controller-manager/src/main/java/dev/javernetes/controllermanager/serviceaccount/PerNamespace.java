package dev.javernetes.controllermanager.serviceaccount;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.api.model.core.v1.ConfigMap;
import dev.javernetes.api.model.core.v1.Namespace;
import dev.javernetes.api.model.core.v1.ServiceAccount;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.Informers.Selection;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/**
 * One object by a fixed name in every active namespace, made again when somebody deletes or changes
 * it.
 */
public final class PerNamespace<T extends KubernetesObject> implements Controller {
  private static final String DESCRIPTION = "kubernetes.io/description";

  private final ControllerContext context;
  private final ResourceType<T> type;
  private final String name;
  private final UnaryOperator<T> wanted;
  private final T fresh;
  private final BiPredicate<T, T> same;
  private final Loop<ObjectKey> loop;
  private final Informer<Namespace> namespaces;
  private final Informer<T> objects;

  private PerNamespace(
      String queue,
      ControllerContext context,
      ResourceType<T> type,
      String name,
      T fresh,
      UnaryOperator<T> wanted,
      BiPredicate<T, T> same) {
    this.context = context;
    this.type = type;
    this.name = name;
    this.fresh = fresh;
    this.wanted = wanted;
    this.same = same;
    this.loop = Loop.of(queue, context, 5);
    this.namespaces = loop.informer(Namespace.TYPE);
    this.objects =
        loop.needing(context.informers().of(type, new Selection("", "", "metadata.name=" + name)));
    loop.on(namespaces, EventHandler.each(namespace -> loop.queue().add(Meta.key(namespace))));
    loop.on(
        objects,
        EventHandler.each(
            object -> loop.queue().add(new ObjectKey("", object.metadata().namespace()))));
  }

  /** The ServiceAccount {@code default}, which pods without another get. */
  public static Controller defaultServiceAccount(ControllerContext context) {
    return new PerNamespace<>(
        "serviceaccount",
        context,
        ServiceAccount.TYPE,
        "default",
        ServiceAccount.builder().build(),
        account -> account,
        (present, now) -> true);
  }

  /** The ConfigMap {@code kube-root-ca.crt}, by which pods trust the API server. */
  public static Controller rootCertificate(ControllerContext context, String pem) {
    Map<String, String> data = Map.of("ca.crt", pem);
    String text =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal"
            + " endpoints such as the internal service IP or kubernetes.default.svc. No other usage"
            + " is guaranteed across distributions of Kubernetes clusters.";
    return new PerNamespace<>(
        "root_ca_cert_publisher",
        context,
        ConfigMap.TYPE,
        "kube-root-ca.crt",
        ConfigMap.builder().build(),
        map ->
            map.toBuilder()
                .metadata(Meta.annotated(map.metadata(), DESCRIPTION, text))
                .data(data)
                .build(),
        (present, now) ->
            present.data().equals(data)
                && text.equals(present.metadata().annotations().get(DESCRIPTION)));
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
    Namespace namespace = namespaces.get(key).orElse(null);
    if (namespace == null
        || Meta.deleting(namespace)
        || namespace.status().phase().equals("Terminating")) {
      return;
    }
    T present = objects.get(key.name(), name).orElse(null);
    try {
      if (present == null) {
        ObjectMeta metadata = ObjectMeta.builder().name(name).namespace(key.name()).build();
        context.client().create(type, wanted.apply(typed(fresh.withMetadata(metadata))));
      } else if (!Meta.deleting(present) && !same.test(present, wanted.apply(present))) {
        context.client().update(type, wanted.apply(present));
      }
    } catch (ApiException refusal) {
      boolean goes =
          refusal.is(StatusReason.ALREADY_EXISTS)
              || refusal.is(StatusReason.NOT_FOUND)
              || (refusal.is(StatusReason.FORBIDDEN)
                  && String.valueOf(refusal.getMessage()).contains("being terminated"));
      if (!goes) {
        throw refusal;
      }
    }
  }

  @SuppressWarnings("unchecked") // withMetadata returns its own type
  private T typed(KubernetesObject object) {
    return (T) object;
  }
}
