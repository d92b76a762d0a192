/** Tests of what a pod's worker decides. */
@NullMarked
package dev.javernetes.kubelet.pod;

import org.jspecify.annotations.NullMarked;
