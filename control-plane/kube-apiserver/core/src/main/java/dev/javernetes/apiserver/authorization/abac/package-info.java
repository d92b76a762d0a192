/**
 * Attribute-based access control: a file of policies, one JSON object a line. Uses the access
 * ports. Start reading at {@link dev.javernetes.apiserver.authorization.abac.AbacAuthorizer}.
 */
@NullMarked
package dev.javernetes.apiserver.authorization.abac;

import org.jspecify.annotations.NullMarked;
