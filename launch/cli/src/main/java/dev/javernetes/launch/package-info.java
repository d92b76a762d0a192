/**
 * The composition root: the only place that knows every component, makes them with {@code new} and
 * connects them; and the {@code j8s} command line. May use everything. Start reading at {@link
 * dev.javernetes.launch.Main} and {@link dev.javernetes.launch.Cluster}.
 */
@NullMarked
package dev.javernetes.launch;

import org.jspecify.annotations.NullMarked;
