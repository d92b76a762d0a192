/**
 * Deletes what its owners no longer hold: the graph of all objects by ownerReferences, and its
 * three ways of deletion (foreground, background, orphan). Uses the loop package and the client's
 * discovery. Start reading at {@link dev.javernetes.controllermanager.garbagecollector.OwnerGraph}.
 */
@NullMarked
package dev.javernetes.controllermanager.garbagecollector;

import org.jspecify.annotations.NullMarked;
