/** Tests of the simulated nodes. */
@NullMarked
package dev.javernetes.kubelet.simulated;

import org.jspecify.annotations.NullMarked;
