/**
 * Deletes pods that nobody else will: of nodes that are gone, unscheduled and terminating, and the
 * oldest finished ones beyond a limit. Uses the loop package and the client. Start reading at
 * {@link dev.javernetes.controllermanager.podgc.PodGarbage}.
 */
@NullMarked
package dev.javernetes.controllermanager.podgc;

import org.jspecify.annotations.NullMarked;
