package dev.javernetes.apiserver;

import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;

/**
 * Answers Kubernetes API requests, whoever carries them: the HTTP edge and the in-process client
 * call the same method, with the same authentication, authorization and admission.
 *
 * <p>A call blocks (use a virtual thread) and never throws: every refusal is a response with a
 * {@code Status} body. A watch returns at once; its events are pulled from the response's body.
 */
public interface ApiServer extends AutoCloseable {

  ApiResponse handle(ApiRequest request);

  /** Ends running watches, refuses new requests with 503, frees everything. Idempotent. */
  @Override
  void close();
}
