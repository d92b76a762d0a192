/**
 * Carries requests on to kubelets, pods and services: logs, exec, attach, port-forward, proxy. Uses
 * the JDK's sockets and TLS, blocking on virtual threads, and reads objects through the registry's
 * port. Start reading at {@link dev.javernetes.apiserver.connect.BackendConnector}.
 */
@NullMarked
package dev.javernetes.apiserver.connect;

import org.jspecify.annotations.NullMarked;
