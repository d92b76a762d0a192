/**
 * Deletes finished Jobs when their ttlSecondsAfterFinished is over. Uses the loop package and the
 * client. Start reading at {@link
 * dev.javernetes.controllermanager.ttlafterfinished.TtlAfterFinishedController}.
 */
@NullMarked
package dev.javernetes.controllermanager.ttlafterfinished;

import org.jspecify.annotations.NullMarked;
