/** Tests of eviction order. */
@NullMarked
package dev.javernetes.kubelet.eviction;

import org.jspecify.annotations.NullMarked;
