/**
 * The container network interface: reads a network configuration list, runs its plugins, and writes
 * our own default list. It may use {@code linux} to run programs. Start at {@link
 * dev.javernetes.runtime.cni.CniNetwork}.
 */
@NullMarked
package dev.javernetes.runtime.cni;

import org.jspecify.annotations.NullMarked;
