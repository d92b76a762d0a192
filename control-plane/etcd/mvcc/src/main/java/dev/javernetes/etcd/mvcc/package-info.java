/**
 * The cluster's memory as etcd v3 models it: the {@link dev.javernetes.etcd.mvcc.Store} port, and
 * the multi-version core behind every embedded implementation. It uses the JDK only; time and
 * executors come in by constructor. Start reading at {@code Store}, then {@code MvccStore} (one
 * write, one read, one watch), then {@code KeyIndex}.
 */
@NullMarked
package dev.javernetes.etcd.mvcc;

import org.jspecify.annotations.NullMarked;
