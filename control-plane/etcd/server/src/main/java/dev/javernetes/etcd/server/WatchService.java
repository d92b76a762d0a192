package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.WatchGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Opens a {@link WatchStream} per client stream. */
final class WatchService extends WatchGrpc.WatchImplBase {
  private final Store store;
  private final Member member;
  private final int maxResponseBytes;
  private final Access access;

  WatchService(Store store, Member member, int maxResponseBytes, Access access) {
    this.store = store;
    this.member = member;
    this.maxResponseBytes = maxResponseBytes;
    this.access = access;
  }

  @Override
  public StreamObserver<EtcdRpc.WatchRequest> watch(
      StreamObserver<EtcdRpc.WatchResponse> responses) {
    return new WatchStream(
        store,
        member,
        maxResponseBytes,
        access,
        new PacedSender<>((ServerCallStreamObserver<EtcdRpc.WatchResponse>) responses));
  }
}
