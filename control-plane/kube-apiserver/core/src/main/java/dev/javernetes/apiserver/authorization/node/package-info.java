/**
 * What a kubelet may do: its own node's objects and what the pods on its node refer to. Uses the
 * registry's object reader. Start reading at {@link
 * dev.javernetes.apiserver.authorization.node.NodeAuthorizer}.
 */
@NullMarked
package dev.javernetes.apiserver.authorization.node;

import org.jspecify.annotations.NullMarked;
