/** Tests of how containers are described. */
@NullMarked
package dev.javernetes.kubelet.container;

import org.jspecify.annotations.NullMarked;
