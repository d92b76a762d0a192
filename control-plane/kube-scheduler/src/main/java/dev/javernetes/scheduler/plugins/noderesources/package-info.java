/**
 * Room on a node: CPU, memory, storage, extended resources, host ports; and how evenly a pod would
 * fill it. Pure: sees only the framework and the model. Start reading at {@link
 * dev.javernetes.scheduler.plugins.noderesources.NodeResourcesFit}.
 */
@NullMarked
package dev.javernetes.scheduler.plugins.noderesources;

import org.jspecify.annotations.NullMarked;
