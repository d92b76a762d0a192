/**
 * Serves {@code /openapi/v2} and {@code /openapi/v3} for what the registry holds. Uses the registry
 * and the pure documents of {@code dev.javernetes.api.schema.openapi}. Start reading at {@link
 * dev.javernetes.apiserver.openapi.OpenApiPaths}.
 */
@NullMarked
package dev.javernetes.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
