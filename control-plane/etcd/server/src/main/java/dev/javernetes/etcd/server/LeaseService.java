package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Lease;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.KeyMessages;
import dev.javernetes.etcd.protocol.LeaseGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;

/**
 * Leases; a keep-alive stream answers each request in turn, with TTL 0 for a lease that is gone.
 */
final class LeaseService extends LeaseGrpc.LeaseImplBase {
  private final Store store;
  private final Member member;
  private final Access access;

  LeaseService(Store store, Member member, Access access) {
    this.store = store;
    this.member = member;
    this.access = access;
  }

  @Override
  public void leaseGrant(
      EtcdRpc.LeaseGrantRequest request, StreamObserver<EtcdRpc.LeaseGrantResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          access.requireLogin();
          Lease lease = store.grantLease(request.getID(), request.getTTL());
          return EtcdRpc.LeaseGrantResponse.newBuilder()
              .setHeader(member.header(store.revision()))
              .setID(lease.id())
              .setTTL(lease.grantedTtlSeconds())
              .build();
        });
  }

  @Override
  public void leaseRevoke(
      EtcdRpc.LeaseRevokeRequest request, StreamObserver<EtcdRpc.LeaseRevokeResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          // Ending a lease deletes its keys.
          Lease lease = store.lease(request.getID(), true);
          access.requireWrite(lease == null ? List.of() : lease.keys());
          return EtcdRpc.LeaseRevokeResponse.newBuilder()
              .setHeader(member.header(store.revokeLease(request.getID())))
              .build();
        });
  }

  @Override
  public StreamObserver<EtcdRpc.LeaseKeepAliveRequest> leaseKeepAlive(
      StreamObserver<EtcdRpc.LeaseKeepAliveResponse> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(EtcdRpc.LeaseKeepAliveRequest request) {
        try {
          answer.onNext(
              EtcdRpc.LeaseKeepAliveResponse.newBuilder()
                  .setHeader(member.header(store.revision()))
                  .setID(request.getID())
                  .setTTL(renew(request.getID()))
                  .build());
        } catch (StoreException e) {
          answer.onError(Calls.status(e));
        }
      }

      @Override
      public void onError(Throwable failure) {
        // The client is gone; nothing is held for it.
      }

      @Override
      public void onCompleted() {
        answer.onCompleted();
      }
    };
  }

  private long renew(long id) {
    try {
      return store.keepLeaseAlive(id);
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.LEASE_NOT_FOUND) {
        return 0;
      }
      throw e;
    }
  }

  @Override
  public void leaseTimeToLive(
      EtcdRpc.LeaseTimeToLiveRequest request,
      StreamObserver<EtcdRpc.LeaseTimeToLiveResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          EtcdRpc.LeaseTimeToLiveResponse.Builder response =
              EtcdRpc.LeaseTimeToLiveResponse.newBuilder()
                  .setHeader(member.header(store.revision()))
                  .setID(request.getID());
          Lease lease = store.lease(request.getID(), request.getKeys());
          if (lease == null) {
            return response.setTTL(-1).build();
          }
          lease.keys().forEach(key -> access.requireRead(KeyRange.single(key)));
          lease.keys().forEach(key -> response.addKeys(KeyMessages.wire(key)));
          return response
              .setTTL(lease.remainingTtlSeconds())
              .setGrantedTTL(lease.grantedTtlSeconds())
              .build();
        });
  }

  @Override
  public void leaseLeases(
      EtcdRpc.LeaseLeasesRequest request, StreamObserver<EtcdRpc.LeaseLeasesResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          EtcdRpc.LeaseLeasesResponse.Builder response =
              EtcdRpc.LeaseLeasesResponse.newBuilder().setHeader(member.header(store.revision()));
          for (long id : store.leases()) {
            response.addLeases(EtcdRpc.LeaseStatus.newBuilder().setID(id));
          }
          return response.build();
        });
  }
}
