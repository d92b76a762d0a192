package dev.javernetes.kubelet.container;

import dev.javernetes.api.model.core.v1.ConfigMap;
import dev.javernetes.api.model.core.v1.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMaps and Secrets that pods of this node refer to. A port: the kubelet keeps them fresh
 * by watches, a test gives what it likes.
 */
public interface References {

  /** Null if it does not exist. */
  @Nullable ConfigMap configMap(String namespace, String name);

  /** Null if it does not exist. */
  @Nullable Secret secret(String namespace, String name);
}
