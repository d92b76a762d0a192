package dev.javernetes.kubelet.container;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.model.core.v1.ConfigMap;
import dev.javernetes.api.model.core.v1.ConfigMapKeySelector;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.EnvFromSource;
import dev.javernetes.api.model.core.v1.EnvVar;
import dev.javernetes.api.model.core.v1.EnvVarSource;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Secret;
import dev.javernetes.api.model.core.v1.SecretKeySelector;
import dev.javernetes.api.model.core.v1.Service;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A container's environment: service links, then {@code envFrom}, then {@code env} with {@code
 * $(NAME)} expanded from what stands before.
 *
 * <p>Later values win, but a service variable never overrides one that the pod sets.
 */
public final class Environment {

  private Environment() {}

  public static SequencedMap<String, String> of(
      Pod pod,
      Container container,
      References references,
      Collection<Service> services,
      DownwardApi.Facts facts)
      throws ContainerConfigException {
    SequencedMap<String, String> result = new LinkedHashMap<>();
    for (EnvFromSource source : container.envFrom()) {
      addAll(result, pod, source, references);
    }
    Map<String, String> serviceVariables = serviceVariables(pod, services);
    Map<String, String> known = new LinkedHashMap<>(result);
    for (EnvVar variable : container.env()) {
      String value = value(pod, container, variable, known, serviceVariables, references, facts);
      if (value != null) {
        known.put(variable.name(), value);
        result.put(variable.name(), value);
      }
    }
    serviceVariables.forEach(result::putIfAbsent);
    return result;
  }

  private static @Nullable String value(
      Pod pod,
      Container container,
      EnvVar variable,
      Map<String, String> known,
      Map<String, String> serviceVariables,
      References references,
      DownwardApi.Facts facts)
      throws ContainerConfigException {
    EnvVarSource from = variable.valueFrom();
    if (from == null || !variable.value().isEmpty()) {
      return Expansion.expand(
          variable.value(),
          name -> {
            String value = known.get(name);
            return value != null ? value : serviceVariables.get(name);
          });
    }
    if (from.fieldRef() != null) {
      return DownwardApi.field(pod, from.fieldRef().fieldPath(), facts);
    }
    if (from.resourceFieldRef() != null) {
      String name = from.resourceFieldRef().containerName();
      Container other = name.isEmpty() ? container : PodContainers.find(pod, name);
      if (other == null) {
        throw new ContainerConfigException("container " + name + " not found");
      }
      return DownwardApi.resource(other, from.resourceFieldRef(), facts);
    }
    if (from.configMapKeyRef() != null) {
      return configMapKey(pod, from.configMapKeyRef(), references);
    }
    if (from.secretKeyRef() != null) {
      return secretKey(pod, from.secretKeyRef(), references);
    }
    throw new ContainerConfigException(
        "environment variable "
            + variable.name()
            + ": its source is not supported by this kubelet");
  }

  private static @Nullable String configMapKey(
      Pod pod, ConfigMapKeySelector selector, References references)
      throws ContainerConfigException {
    boolean optional = Boolean.TRUE.equals(selector.optional());
    String namespace = pod.metadata().namespace();
    ConfigMap map = references.configMap(namespace, selector.name());
    if (map == null) {
      return missing(optional, "configmap " + GoQuote.quote(selector.name()) + " not found");
    }
    String value = map.data().get(selector.key());
    if (value == null) {
      return missing(
          optional,
          "couldn't find key %s in ConfigMap %s/%s"
              .formatted(selector.key(), namespace, selector.name()));
    }
    return value;
  }

  private static @Nullable String secretKey(
      Pod pod, SecretKeySelector selector, References references) throws ContainerConfigException {
    boolean optional = Boolean.TRUE.equals(selector.optional());
    String namespace = pod.metadata().namespace();
    Secret secret = references.secret(namespace, selector.name());
    if (secret == null) {
      return missing(optional, "secret " + GoQuote.quote(selector.name()) + " not found");
    }
    byte[] value = SecretData.get(secret.data(), selector.key());
    if (value == null) {
      return missing(
          optional,
          "couldn't find key %s in Secret %s/%s"
              .formatted(selector.key(), namespace, selector.name()));
    }
    return new String(value, StandardCharsets.UTF_8);
  }

  private static @Nullable String missing(boolean optional, String message)
      throws ContainerConfigException {
    if (optional) {
      return null;
    }
    throw new ContainerConfigException(message);
  }

  private static void addAll(
      Map<String, String> result, Pod pod, EnvFromSource source, References references)
      throws ContainerConfigException {
    String namespace = pod.metadata().namespace();
    if (source.configMapRef() != null) {
      ConfigMap map = references.configMap(namespace, source.configMapRef().name());
      boolean optional = Boolean.TRUE.equals(source.configMapRef().optional());
      if (map == null) {
        missing(
            optional, "configmap " + GoQuote.quote(source.configMapRef().name()) + " not found");
        return;
      }
      for (String key : new TreeSet<>(map.data().keySet())) {
        result.put(source.prefix() + key, map.data().getOrDefault(key, ""));
      }
    }
    if (source.secretRef() != null) {
      Secret secret = references.secret(namespace, source.secretRef().name());
      boolean optional = Boolean.TRUE.equals(source.secretRef().optional());
      if (secret == null) {
        missing(optional, "secret " + GoQuote.quote(source.secretRef().name()) + " not found");
        return;
      }
      for (String key : new TreeSet<>(secret.data().keySet())) {
        byte[] value = SecretData.get(secret.data(), key);
        if (value != null) {
          result.put(source.prefix() + key, new String(value, StandardCharsets.UTF_8));
        }
      }
    }
  }

  /**
   * {@code WEB_SERVICE_HOST}, {@code WEB_PORT_80_TCP_ADDR}, … for the services of the pod's
   * namespace (unless enableServiceLinks is false) and always for {@code default/kubernetes}.
   */
  static Map<String, String> serviceVariables(Pod pod, Collection<Service> services) {
    boolean links = !Boolean.FALSE.equals(pod.spec().enableServiceLinks());
    List<Service> visible = new ArrayList<>();
    for (Service service : services) {
      String ip = service.spec().clusterIP();
      if (ip == null || ip.isEmpty() || ip.equals("None")) {
        continue;
      }
      boolean sameNamespace = service.metadata().namespace().equals(pod.metadata().namespace());
      boolean apiServer =
          service.metadata().namespace().equals("default")
              && service.metadata().name().equals("kubernetes");
      if (apiServer || (links && sameNamespace)) {
        visible.add(service);
      }
    }
    // a service of the pod's own namespace called "kubernetes" wins over the API server's
    visible.sort(
        java.util.Comparator.comparing((Service service) ->
            service.metadata().namespace().equals(pod.metadata().namespace())));
    Map<String, String> variables = new LinkedHashMap<>();
    visible.forEach(service -> addService(variables, service));
    return variables;
  }

  private static void addService(Map<String, String> variables, Service service) {
    String name = environmentName(service.metadata().name());
    String ip = service.spec().clusterIP();
    String host = ip != null && ip.contains(":") ? "[" + ip + "]" : String.valueOf(ip);
    variables.put(name + "_SERVICE_HOST", String.valueOf(ip));
    boolean first = true;
    for (var port : service.spec().ports()) {
      String number = String.valueOf(port.port());
      String protocol = port.protocol().isEmpty() ? "TCP" : port.protocol();
      if (first) {
        variables.put(name + "_SERVICE_PORT", number);
      }
      if (!port.name().isEmpty()) {
        variables.put(name + "_SERVICE_PORT_" + environmentName(port.name()), number);
      }
      String url = protocol.toLowerCase(java.util.Locale.ROOT) + "://" + host + ":" + number;
      if (first) {
        variables.put(name + "_PORT", url);
        first = false;
      }
      String prefix = name + "_PORT_" + number + "_" + protocol;
      variables.put(prefix, url);
      variables.put(prefix + "_PROTO", protocol.toLowerCase(java.util.Locale.ROOT));
      variables.put(prefix + "_PORT", number);
      variables.put(prefix + "_ADDR", String.valueOf(ip));
    }
  }

  private static String environmentName(String name) {
    return name.toUpperCase(java.util.Locale.ROOT).replace('-', '_');
  }
}
