/** Tests of probes' verdicts. */
@NullMarked
package dev.javernetes.kubelet.probe;

import org.jspecify.annotations.NullMarked;
