/**
 * The container runtime as a CRI server: options, the gRPC services, and the end of everything
 * (purge). It may use every package of the runtime. Start at {@link
 * dev.javernetes.runtime.ContainerRuntime}.
 */
@NullMarked
package dev.javernetes.runtime;

import org.jspecify.annotations.NullMarked;
