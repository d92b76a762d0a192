/**
 * Roles and bindings: defaults and validation. Uses the rules that kinds share. Start reading at
 * {@link dev.javernetes.apiserver.strategy.rbac.RbacStrategies}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.rbac;

import org.jspecify.annotations.NullMarked;
