package dev.javernetes.etcd.server;

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

  KvService(Store store, Member member, int maxTxnOps) {
    this.store = store;
    this.member = member;
    this.maxTxnOps = maxTxnOps;
  }

  @Override
  public void range(EtcdRpc.RangeRequest request, StreamObserver<EtcdRpc.RangeResponse> answer) {
    Calls.answer(
        answer,
        () ->
            StoreMessages.wireRange(
                store.range(StoreMessages.rangeRequest(request)), member::header));
  }

  @Override
  public void put(EtcdRpc.PutRequest request, StreamObserver<EtcdRpc.PutResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          TxnResult result = store.txn(Txn.of(StoreMessages.put(request)));
          return StoreMessages.wirePut(result.put(0), member.header(result.revision()));
        });
  }

  @Override
  public void deleteRange(
      EtcdRpc.DeleteRangeRequest request, StreamObserver<EtcdRpc.DeleteRangeResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          TxnResult result = store.txn(Txn.of(StoreMessages.delete(request)));
          return StoreMessages.wireDelete(result.delete(0), member.header(result.revision()));
        });
  }

  @Override
  public void txn(EtcdRpc.TxnRequest request, StreamObserver<EtcdRpc.TxnResponse> answer) {
    Calls.answer(
        answer,
        () ->
            StoreMessages.wireTxn(
                store.txn(StoreMessages.txn(request, maxTxnOps)), member::header));
  }

  @Override
  public void compact(
      EtcdRpc.CompactionRequest request, StreamObserver<EtcdRpc.CompactionResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          store.compact(request.getRevision());
          return EtcdRpc.CompactionResponse.newBuilder()
              .setHeader(member.header(store.revision()))
              .build();
        });
  }
}
