/**
 * Keeps the core/v1 Endpoints of each Service with a selector. Uses the loop package and the
 * client. Start reading at {@link dev.javernetes.controllermanager.endpoint.EndpointsPlan}.
 */
@NullMarked
package dev.javernetes.controllermanager.endpoint;

import org.jspecify.annotations.NullMarked;
