/**
 * The one way in which components reach the API server: verbs, watches, informers, work queues,
 * leader election, events. Uses api/* only; a {@link dev.javernetes.client.Transport} carries the
 * requests, in-process or over HTTPS, and nobody above it can tell which. Start reading at {@link
 * dev.javernetes.client.Client}, then {@link dev.javernetes.client.Informers}.
 */
@NullMarked
package dev.javernetes.client;

import org.jspecify.annotations.NullMarked;
