/** Tests of volumes' files. */
@NullMarked
package dev.javernetes.kubelet.volume;

import org.jspecify.annotations.NullMarked;
