/**
 * The kinds of dynamic resource allocation (KEP-4381): device classes, resource claims and their
 * templates, resource slices. Pure functions over JSON trees. Start reading at {@link
 * dev.javernetes.apiserver.strategy.resource.ResourceClaimStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.resource;

import org.jspecify.annotations.NullMarked;
