/**
 * kube-controller-manager: which controllers run, with which settings, and who leads. Uses a
 * package per controller below, and the client. Start reading at {@link
 * dev.javernetes.controllermanager.ControllerManager}.
 */
@NullMarked
package dev.javernetes.controllermanager;

import org.jspecify.annotations.NullMarked;
