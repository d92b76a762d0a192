package dev.javernetes.controllermanager;

import dev.javernetes.client.Client;

/**
 * As whom each controller acts. With {@code --use-service-account-credentials} that is a service
 * account of its own in kube-system, whose bootstrap role lets it do no more than it needs; else
 * the controller manager's own user.
 */
@FunctionalInterface
public interface ControllerClients {

  /** {@code serviceAccount} such as {@code deployment-controller}. */
  Client of(String serviceAccount);

  /** One user for all. */
  static ControllerClients shared(Client client) {
    return serviceAccount -> client;
  }
}
