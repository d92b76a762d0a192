/**
 * What scheduling is made of: the extension points that plug-ins implement, and the immutable
 * picture of the cluster that they read. Pure: no client, clock or thread. Start reading at {@link
 * dev.javernetes.scheduler.framework.Plugin} and {@link
 * dev.javernetes.scheduler.framework.NodeInfo}.
 */
@NullMarked
package dev.javernetes.scheduler.framework;

import org.jspecify.annotations.NullMarked;
