/** Tests of computed statuses. */
@NullMarked
package dev.javernetes.kubelet.status;

import org.jspecify.annotations.NullMarked;
