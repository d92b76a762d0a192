/**
 * Composes an API server out of the other packages: the built-in resources, the engine, what guards
 * it, the paths beside the resources, and the objects that every cluster has from its start. Start
 * reading at {@link dev.javernetes.apiserver.server.KubeApiServer}.
 */
@NullMarked
package dev.javernetes.apiserver.server;

import org.jspecify.annotations.NullMarked;
