/**
 * Reads what an upstream etcd left behind: bbolt's file format, and etcd's buckets in it. It uses
 * the wire messages and the core's mutations, and only ever reads. Start reading at {@code
 * UpstreamSnapshot}.
 */
@NullMarked
package dev.javernetes.etcd.protocol.bbolt;

import org.jspecify.annotations.NullMarked;
