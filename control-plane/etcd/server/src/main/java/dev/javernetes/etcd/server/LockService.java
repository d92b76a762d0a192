package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.protocol.EtcdLock.LockRequest;
import dev.javernetes.etcd.protocol.EtcdLock.LockResponse;
import dev.javernetes.etcd.protocol.EtcdLock.UnlockRequest;
import dev.javernetes.etcd.protocol.EtcdLock.UnlockResponse;
import dev.javernetes.etcd.protocol.KeyMessages;
import dev.javernetes.etcd.protocol.LockGrpc;
import io.grpc.stub.StreamObserver;

/** Locks by name: whoever is first in the line of {@link Contenders} holds it. */
final class LockService extends LockGrpc.LockImplBase {
  private final Store store;
  private final Member member;
  private final Access access;
  private final Contenders contenders;

  LockService(Store store, Member member, Access access) {
    this.store = store;
    this.member = member;
    this.access = access;
    this.contenders = new Contenders(store, access);
  }

  @Override
  public void lock(LockRequest request, StreamObserver<LockResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          Bytes name = KeyMessages.bytes(request.getName());
          Contenders.Place place = contenders.enter(name, Bytes.EMPTY, request.getLease());
          contenders.awaitTurn(name, place);
          return LockResponse.newBuilder()
              .setHeader(member.header(store.revision()))
              .setKey(KeyMessages.wire(place.key()))
              .build();
        });
  }

  @Override
  public void unlock(UnlockRequest request, StreamObserver<UnlockResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          Op.DeleteRange delete = Op.delete(KeyMessages.bytes(request.getKey()));
          access.require(delete);
          return UnlockResponse.newBuilder()
              .setHeader(member.header(store.txn(Txn.of(delete)).revision()))
              .build();
        });
  }
}
