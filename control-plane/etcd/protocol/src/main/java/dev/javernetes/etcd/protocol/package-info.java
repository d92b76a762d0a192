/**
 * etcd v3's gRPC messages and services (generated from the .proto files here), and their
 * translation to and from the Store port's types, which server and client share. It uses protobuf
 * and gRPC. Start reading at {@code StoreMessages}, then {@code StoreErrors}.
 */
@NullMarked
package dev.javernetes.etcd.protocol;

import org.jspecify.annotations.NullMarked;
