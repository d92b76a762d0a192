/**
 * Deletes pods that do not tolerate a NoExecute taint of their node, at once or when their
 * toleration ends. Uses the loop package and the client. Start reading at {@link
 * dev.javernetes.controllermanager.tainteviction.TaintEvictionController}.
 */
@NullMarked
package dev.javernetes.controllermanager.tainteviction;

import org.jspecify.annotations.NullMarked;
