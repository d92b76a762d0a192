/**
 * Keeps the EndpointSlices of Services, from pods or from Endpoints that a user keeps. Uses the
 * loop package and the client. Start reading at {@link
 * dev.javernetes.controllermanager.endpointslice.SlicePlan}.
 */
@NullMarked
package dev.javernetes.controllermanager.endpointslice;

import org.jspecify.annotations.NullMarked;
