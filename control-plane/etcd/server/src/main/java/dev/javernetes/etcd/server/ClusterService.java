package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.ClusterMembers;
import dev.javernetes.etcd.mvcc.ClusterMembers.ClusterMember;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.protocol.ClusterGrpc;
import dev.javernetes.etcd.protocol.EtcdRpc;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Membership: of a cluster of one, which cannot change, or of a replicated one. */
final class ClusterService extends ClusterGrpc.ClusterImplBase {
  private final Store store;
  private final Member member;
  private final Access access;

  ClusterService(Store store, Member member, Access access) {
    this.store = store;
    this.member = member;
    this.access = access;
  }

  private ClusterMembers cluster() {
    access.requireRoot();
    ClusterMembers cluster = member.cluster();
    if (cluster == null) {
      throw new StoreException(
          StoreException.Reason.UNSUPPORTED,
          "this member runs alone and cannot take others in; start members with --initial-cluster");
    }
    return cluster;
  }

  private List<EtcdRpc.Member> list() {
    ClusterMembers cluster = member.cluster();
    return cluster == null
        ? List.of(
            EtcdRpc.Member.newBuilder()
                .setID(member.id())
                .setName(member.name())
                .addAllClientURLs(member.clientUrls())
                .build())
        : cluster.members().stream().map(ClusterService::wire).toList();
  }

  private static EtcdRpc.Member wire(ClusterMember one) {
    return EtcdRpc.Member.newBuilder()
        .setID(one.id())
        .setName(one.name())
        .addPeerURLs(one.peerUrl())
        .addAllClientURLs(one.clientUrls())
        .setIsLearner(one.learner())
        .build();
  }

  private EtcdRpc.ResponseHeader header() {
    return member.header(store.status().revision());
  }

  @Override
  public void memberList(
      EtcdRpc.MemberListRequest request, StreamObserver<EtcdRpc.MemberListResponse> answer) {
    Calls.answer(
        answer,
        () ->
            EtcdRpc.MemberListResponse.newBuilder()
                .setHeader(header())
                .addAllMembers(list())
                .build());
  }

  @Override
  public void memberAdd(
      EtcdRpc.MemberAddRequest request, StreamObserver<EtcdRpc.MemberAddResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          if (request.getPeerURLsCount() != 1) {
            throw new StoreException(
                StoreException.Reason.INVALID, "a member has exactly one peer URL here");
          }
          ClusterMember added = cluster().add(request.getPeerURLs(0), request.getIsLearner());
          return EtcdRpc.MemberAddResponse.newBuilder()
              .setHeader(header())
              .setMember(wire(added))
              .addAllMembers(list())
              .build();
        });
  }

  @Override
  public void memberRemove(
      EtcdRpc.MemberRemoveRequest request, StreamObserver<EtcdRpc.MemberRemoveResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          cluster().remove(request.getID());
          return EtcdRpc.MemberRemoveResponse.newBuilder()
              .setHeader(header())
              .addAllMembers(list())
              .build();
        });
  }

  @Override
  public void memberUpdate(
      EtcdRpc.MemberUpdateRequest request, StreamObserver<EtcdRpc.MemberUpdateResponse> answer) {
    Calls.unsupported(
        answer, "a member's peer URL is who it is here: remove the member and add it again");
  }

  @Override
  public void memberPromote(
      EtcdRpc.MemberPromoteRequest request, StreamObserver<EtcdRpc.MemberPromoteResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          cluster().promote(request.getID());
          return EtcdRpc.MemberPromoteResponse.newBuilder()
              .setHeader(header())
              .addAllMembers(list())
              .build();
        });
  }
}
