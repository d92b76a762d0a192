/**
 * Whether a pod may run on this node, asked once when it arrives: the scheduler's word may be old,
 * and static pods were never scheduled. Pure. Start reading at {@link
 * dev.javernetes.kubelet.admission.NodeAdmission}.
 */
@NullMarked
package dev.javernetes.kubelet.admission;

import org.jspecify.annotations.NullMarked;
