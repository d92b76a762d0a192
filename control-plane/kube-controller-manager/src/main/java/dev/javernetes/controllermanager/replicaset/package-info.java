/**
 * Keeps as many pods as a ReplicaSet or a ReplicationController says. Uses the loop package and the
 * client. Start reading at {@link dev.javernetes.controllermanager.replicaset.ReplicaPlan}.
 */
@NullMarked
package dev.javernetes.controllermanager.replicaset;

import org.jspecify.annotations.NullMarked;
