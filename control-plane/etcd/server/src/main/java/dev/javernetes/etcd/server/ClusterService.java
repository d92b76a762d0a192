package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.protocol.ClusterGrpc;
import dev.javernetes.etcd.protocol.EtcdRpc;
import io.grpc.stub.StreamObserver;

/** Membership of a cluster of one. */
final class ClusterService extends ClusterGrpc.ClusterImplBase {
  private static final String ONE_MEMBER = "this cluster has one member and cannot change that yet";

  private final Store store;
  private final Member member;

  ClusterService(Store store, Member member) {
    this.store = store;
    this.member = member;
  }

  @Override
  public void memberList(
      EtcdRpc.MemberListRequest request, StreamObserver<EtcdRpc.MemberListResponse> answer) {
    Calls.answer(
        answer,
        () ->
            EtcdRpc.MemberListResponse.newBuilder()
                .setHeader(member.header(store.revision()))
                .addMembers(
                    EtcdRpc.Member.newBuilder()
                        .setID(member.id())
                        .setName(member.name())
                        .addAllClientURLs(member.clientUrls()))
                .build());
  }

  @Override
  public void memberAdd(
      EtcdRpc.MemberAddRequest request, StreamObserver<EtcdRpc.MemberAddResponse> answer) {
    Calls.unsupported(answer, ONE_MEMBER);
  }

  @Override
  public void memberRemove(
      EtcdRpc.MemberRemoveRequest request, StreamObserver<EtcdRpc.MemberRemoveResponse> answer) {
    Calls.unsupported(answer, ONE_MEMBER);
  }

  @Override
  public void memberUpdate(
      EtcdRpc.MemberUpdateRequest request, StreamObserver<EtcdRpc.MemberUpdateResponse> answer) {
    Calls.unsupported(answer, ONE_MEMBER);
  }

  @Override
  public void memberPromote(
      EtcdRpc.MemberPromoteRequest request, StreamObserver<EtcdRpc.MemberPromoteResponse> answer) {
    Calls.unsupported(answer, ONE_MEMBER);
  }
}
