/**
 * The CRI contract, and how to reach and how to be reached over a unix socket. It may use gRPC and
 * Netty's epoll transport, nothing of Javernetes. Start at {@link dev.javernetes.cri.CriChannel}
 * for a client, at {@link dev.javernetes.cri.CriEndpoint} for the address; the messages are
 * generated from {@code src/main/protobuf} into {@code dev.javernetes.cri.v1}.
 */
@NullMarked
package dev.javernetes.cri;

import org.jspecify.annotations.NullMarked;
