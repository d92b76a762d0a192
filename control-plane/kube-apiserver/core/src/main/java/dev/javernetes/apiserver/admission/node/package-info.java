/**
 * Plug-ins about nodes: what a kubelet may write, and how new nodes start. Uses the admission ports
 * and the object reader. Start reading at {@link
 * dev.javernetes.apiserver.admission.node.NodeRestriction}.
 */
@NullMarked
package dev.javernetes.apiserver.admission.node;

import org.jspecify.annotations.NullMarked;
