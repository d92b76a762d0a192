/** Tests of the kubelet as a whole. */
@NullMarked
package dev.javernetes.kubelet;

import org.jspecify.annotations.NullMarked;
