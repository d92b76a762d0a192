/**
 * One store over several members: Apache Ratis keeps their logs equal, and each member applies the
 * log to a multi-version core of its own. It uses the core, the engine's table and the wire
 * messages; Ratis appears nowhere else. Start reading at {@code ReplicatedStore}.
 */
@NullMarked
package dev.javernetes.etcd.replication;

import org.jspecify.annotations.NullMarked;
