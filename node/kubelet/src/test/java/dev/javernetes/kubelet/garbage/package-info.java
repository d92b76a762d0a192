/** Tests of what is cleared away. */
@NullMarked
package dev.javernetes.kubelet.garbage;

import org.jspecify.annotations.NullMarked;
