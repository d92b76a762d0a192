/**
 * Node selectors and node affinity, required and preferred. Pure: sees only the framework and the
 * model. Start reading at {@link dev.javernetes.scheduler.plugins.nodeaffinity.NodeAffinity}.
 */
@NullMarked
package dev.javernetes.scheduler.plugins.nodeaffinity;

import org.jspecify.annotations.NullMarked;
