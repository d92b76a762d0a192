/**
 * Endpoint slices: defaults and validation. Uses the rules that kinds share. Start reading at
 * {@link dev.javernetes.apiserver.strategy.discovery.EndpointSliceStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.discovery;

import org.jspecify.annotations.NullMarked;
