/**
 * The durable store: a write-ahead log of our own, synced once per group of transactions, in front
 * of RocksDB, which holds the records. It may use RocksDB and the mvcc core. Start reading at
 * {@code DurableStore} (how it opens), then {@code LoggedBackend}, then {@code WriteAheadLog}.
 */
@NullMarked
package dev.javernetes.etcd.engine;

import org.jspecify.annotations.NullMarked;
