/**
 * The one resource engine: every verb on every resource, built in or custom. Uses the registry, the
 * watch cache, the store port and the codec. Start reading at {@link
 * dev.javernetes.apiserver.pipeline.RequestPipeline}, then {@code ObjectReads} and {@code
 * ObjectWrites}.
 */
@NullMarked
package dev.javernetes.apiserver.pipeline;

import org.jspecify.annotations.NullMarked;
