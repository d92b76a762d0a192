/**
 * Where the kubelet's events go: a port that every other package may use, and the reasons that
 * upstream's users know. Start reading at {@link dev.javernetes.kubelet.event.Events}.
 */
@NullMarked
package dev.javernetes.kubelet.event;

import org.jspecify.annotations.NullMarked;
