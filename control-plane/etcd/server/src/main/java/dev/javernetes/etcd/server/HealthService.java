package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.protocol.GrpcHealth.HealthCheckRequest;
import dev.javernetes.etcd.protocol.GrpcHealth.HealthCheckResponse;
import dev.javernetes.etcd.protocol.GrpcHealth.HealthCheckResponse.ServingStatus;
import dev.javernetes.etcd.protocol.HealthGrpc;
import io.grpc.stub.StreamObserver;

/** Healthy means: the store is open and answers. */
final class HealthService extends HealthGrpc.HealthImplBase {
  private final Store store;

  HealthService(Store store) {
    this.store = store;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
    Calls.answer(answer, this::state);
  }

  private HealthCheckResponse state() {
    ServingStatus status = ServingStatus.SERVING;
    try {
      store.status();
    } catch (StoreException e) {
      status = ServingStatus.NOT_SERVING;
    }
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }

  /** Says how it is now; the stream stays open, as the state changes only when the server ends. */
  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
    answer.onNext(state());
  }
}
