/**
 * The API server without a transport: {@link dev.javernetes.apiserver.ApiServer#handle} answers a
 * request whoever carried it. Uses the store port and the api modules only; no socket, no gRPC, no
 * RocksDB. Start reading at {@link dev.javernetes.apiserver.ApiServer}.
 */
@NullMarked
package dev.javernetes.apiserver;

import org.jspecify.annotations.NullMarked;
