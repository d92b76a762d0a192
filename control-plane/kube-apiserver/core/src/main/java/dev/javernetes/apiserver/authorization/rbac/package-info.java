/**
 * Role-based access control: rules, who is bound to them, the roles every cluster has, and the
 * checks that keep a user from granting what he does not hold. Uses the registry's object reader
 * and writer. Start reading at {@link dev.javernetes.apiserver.authorization.rbac.RbacAuthorizer}.
 */
@NullMarked
package dev.javernetes.apiserver.authorization.rbac;

import org.jspecify.annotations.NullMarked;
