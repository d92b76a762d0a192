/**
 * Serves a {@link dev.javernetes.etcd.mvcc.Store} as etcd v3 over gRPC, so that etcdctl, jetcd and
 * kube-apiserver can use it. It uses gRPC and the Store port. Start reading at {@code EtcdServer},
 * then {@code WatchStream}.
 */
@NullMarked
package dev.javernetes.etcd.server;

import org.jspecify.annotations.NullMarked;
