/**
 * What a request and a response are, free of any transport, and what a request is about ({@link
 * dev.javernetes.apiserver.request.RequestInfo}). Uses the JDK only. Start reading at {@link
 * dev.javernetes.apiserver.request.ApiRequest}.
 */
@NullMarked
package dev.javernetes.apiserver.request;

import org.jspecify.annotations.NullMarked;
