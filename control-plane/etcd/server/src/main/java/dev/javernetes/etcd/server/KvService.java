package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.KVGrpc;
import dev.javernetes.etcd.protocol.StoreMessages;
import io.grpc.stub.StreamObserver;

/** Reads, writes, transactions, compaction. */
final class KvService extends KVGrpc.KVImplBase {
  private final Store store;
  private final Member member;
  private final int maxTxnOps;
  private final Access access;

  KvService(Store store, Member member, int maxTxnOps, Access access) {
    this.store = store;
    this.member = member;
    this.maxTxnOps = maxTxnOps;
    this.access = access;
  }

  @Override
  public void range(EtcdRpc.RangeRequest request, StreamObserver<EtcdRpc.RangeResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          RangeRequest read = StoreMessages.rangeRequest(request);
          access.requireRead(read.range());
          return StoreMessages.wireRange(store.range(read), member::header);
        });
  }

  @Override
  public void put(EtcdRpc.PutRequest request, StreamObserver<EtcdRpc.PutResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          TxnResult result = run(StoreMessages.put(request));
          return StoreMessages.wirePut(result.put(0), member.header(result.revision()));
        });
  }

  @Override
  public void deleteRange(
      EtcdRpc.DeleteRangeRequest request, StreamObserver<EtcdRpc.DeleteRangeResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          TxnResult result = run(StoreMessages.delete(request));
          return StoreMessages.wireDelete(result.delete(0), member.header(result.revision()));
        });
  }

  private TxnResult run(Op op) {
    access.require(op);
    return store.txn(Txn.of(op));
  }

  @Override
  public void txn(EtcdRpc.TxnRequest request, StreamObserver<EtcdRpc.TxnResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          Txn txn = StoreMessages.txn(request, maxTxnOps);
          access.require(txn);
          return StoreMessages.wireTxn(store.txn(txn), member::header);
        });
  }

  @Override
  public void compact(
      EtcdRpc.CompactionRequest request, StreamObserver<EtcdRpc.CompactionResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          access.requireLogin();
          store.compact(request.getRevision());
          return EtcdRpc.CompactionResponse.newBuilder()
              .setHeader(member.header(store.revision()))
              .build();
        });
  }
}
