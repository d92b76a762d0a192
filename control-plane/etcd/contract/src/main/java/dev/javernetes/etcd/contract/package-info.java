/**
 * What every {@link dev.javernetes.etcd.mvcc.Store} must do, as JUnit suites that each backend
 * passes: in memory, RocksDB, our gRPC server, a real etcd. It uses the Store port and JUnit only.
 * Start reading at {@code KvContract}.
 */
@NullMarked
package dev.javernetes.etcd.contract;

import org.jspecify.annotations.NullMarked;
