package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.protocol.AuthGrpc;
import dev.javernetes.etcd.protocol.EtcdRpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/**
 * Users and roles are not built yet: authentication is off, says so, and refuses to be switched on.
 */
final class AuthService extends AuthGrpc.AuthImplBase {
  private static final String NOT_BUILT =
      "users and roles are not supported yet; limit access with client certificates";

  private final Store store;
  private final Member member;

  AuthService(Store store, Member member) {
    this.store = store;
    this.member = member;
  }

  @Override
  public void authStatus(
      EtcdRpc.AuthStatusRequest request, StreamObserver<EtcdRpc.AuthStatusResponse> answer) {
    Calls.answer(
        answer,
        () ->
            EtcdRpc.AuthStatusResponse.newBuilder()
                .setHeader(member.header(store.revision()))
                .setEnabled(false)
                .build());
  }

  @Override
  public void authenticate(
      EtcdRpc.AuthenticateRequest request, StreamObserver<EtcdRpc.AuthenticateResponse> answer) {
    answer.onError(
        Status.FAILED_PRECONDITION
            .withDescription("etcdserver: authentication is not enabled")
            .asRuntimeException());
  }

  @Override
  public void authEnable(
      EtcdRpc.AuthEnableRequest request, StreamObserver<EtcdRpc.AuthEnableResponse> answer) {
    Calls.unsupported(answer, NOT_BUILT);
  }

  @Override
  public void userAdd(
      EtcdRpc.AuthUserAddRequest request, StreamObserver<EtcdRpc.AuthUserAddResponse> answer) {
    Calls.unsupported(answer, NOT_BUILT);
  }

  @Override
  public void roleAdd(
      EtcdRpc.AuthRoleAddRequest request, StreamObserver<EtcdRpc.AuthRoleAddResponse> answer) {
    Calls.unsupported(answer, NOT_BUILT);
  }
}
