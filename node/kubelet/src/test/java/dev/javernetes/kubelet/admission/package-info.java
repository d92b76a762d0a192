/** Tests of the node's admission. */
@NullMarked
package dev.javernetes.kubelet.admission;

import org.jspecify.annotations.NullMarked;
