/**
 * A real etcd cluster as our {@link dev.javernetes.etcd.mvcc.Store}: this is how a control plane
 * spreads over machines. It uses gRPC and the Store port. Start reading at {@code RemoteStore},
 * then {@code RemoteWatch}.
 */
@NullMarked
package dev.javernetes.etcd.client;

import org.jspecify.annotations.NullMarked;
