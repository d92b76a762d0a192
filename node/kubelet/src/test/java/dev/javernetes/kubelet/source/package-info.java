/** Tests of static pods. */
@NullMarked
package dev.javernetes.kubelet.source;

import org.jspecify.annotations.NullMarked;
