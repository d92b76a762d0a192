/**
 * Notices nodes that no longer answer, says so in their conditions and taints, and marks their pods
 * as not ready. Uses the loop package and the client. Start reading at {@link
 * dev.javernetes.controllermanager.nodelifecycle.NodeHealth}.
 */
@NullMarked
package dev.javernetes.controllermanager.nodelifecycle;

import org.jspecify.annotations.NullMarked;
