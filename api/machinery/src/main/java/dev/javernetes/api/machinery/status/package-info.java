/**
 * Upstream's Status: how every refusal looks on the wire, and the exception that carries one. Uses
 * the JSON tree and field errors. Start reading at {@link
 * dev.javernetes.api.machinery.status.ApiException}.
 */
@NullMarked
package dev.javernetes.api.machinery.status;

import org.jspecify.annotations.NullMarked;
