/**
 * Who may do what: the union of authorizers and the words of a refusal; the sub-packages hold the
 * authorizers. Uses the access ports. Start reading at {@link
 * dev.javernetes.apiserver.authorization.UnionAuthorizer}.
 */
@NullMarked
package dev.javernetes.apiserver.authorization;

import org.jspecify.annotations.NullMarked;
