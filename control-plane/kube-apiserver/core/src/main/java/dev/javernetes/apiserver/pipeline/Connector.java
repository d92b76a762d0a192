package dev.javernetes.apiserver.pipeline;

import dev.javernetes.apiserver.registry.SubresourceDefinition;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.RequestInfo;
import dev.javernetes.apiserver.request.UserInfo;

/** Carries requests on to kubelets, pods and services. */
@FunctionalInterface
public interface Connector {
  ApiResponse connect(
      ApiRequest request, RequestInfo info, UserInfo user, SubresourceDefinition subresource);
}
