package dev.javernetes.apiserver.access;

import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.UserInfo;
import org.jspecify.annotations.Nullable;

/** Finds out who sent a request. */
@FunctionalInterface
public interface Authenticator {

  /**
   * The user; {@code null} if the request carries nothing that this authenticator knows. Throws
   * {@code ApiException} (401) for credentials that are there but wrong.
   */
  @Nullable UserInfo authenticate(ApiRequest request);
}
