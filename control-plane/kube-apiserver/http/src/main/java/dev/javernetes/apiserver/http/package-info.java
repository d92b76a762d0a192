/**
 * The API server's edge to the network: TLS, HTTP/1.1 and HTTP/2 on Netty, in front of an {@link
 * dev.javernetes.apiserver.ApiServer} that knows of none of it. May use Netty and the core's
 * request types. Start reading at {@link dev.javernetes.apiserver.http.HttpEdge}.
 */
@NullMarked
package dev.javernetes.apiserver.http;

import org.jspecify.annotations.NullMarked;
