/**
 * Whether a node may take a pod at all: its name, its taints, its mark as unschedulable. Pure: sees
 * only the framework and the model. Start reading at {@link
 * dev.javernetes.scheduler.plugins.nodes.TaintToleration}.
 */
@NullMarked
package dev.javernetes.scheduler.plugins.nodes;

import org.jspecify.annotations.NullMarked;
