/**
 * Byte streams between clients and containers over HTTP: SPDY/3.1 and WebSocket. It may use Netty
 * and the processes of {@code pod}. Start at {@link
 * dev.javernetes.runtime.streaming.StreamingServer}.
 */
@NullMarked
package dev.javernetes.runtime.streaming;

import org.jspecify.annotations.NullMarked;
