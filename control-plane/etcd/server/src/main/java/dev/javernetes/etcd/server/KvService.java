package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.NetworkWrites;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.KVGrpc;
import dev.javernetes.etcd.protocol.StoreMessages;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads, writes, transactions, compaction. Called on network threads (see {@link ServerThreads}),
 * as most requests are done sooner than another thread wakes up.
 */
final class KvService extends KVGrpc.KVImplBase {
  private final Store store;
  private final Member member;
  private final int maxTxnOps;
  private final Access access;
  private final ServerThreads threads;

  KvService(Store store, Member member, int maxTxnOps, Access access, ServerThreads threads) {
    this.store = store;
    this.member = member;
    this.maxTxnOps = maxTxnOps;
    this.access = access;
    this.threads = threads;
  }

  @Override
  public void range(EtcdRpc.RangeRequest request, StreamObserver<EtcdRpc.RangeResponse> answer) {
    // A single key is looked up at once; more may take a while, which a network thread has not.
    boolean quick = request.getRangeEnd().isEmpty() && store instanceof NetworkWrites;
    if (quick || threads.network() == null) {
      answerRange(request, answer);
    } else {
      threads.leave(() -> answerRange(request, answer));
    }
  }

  private void answerRange(
      EtcdRpc.RangeRequest request, StreamObserver<EtcdRpc.RangeResponse> answer) {
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
    write(
        answer,
        () -> single(StoreMessages.put(request)),
        result -> StoreMessages.wirePut(result.put(0), member.header(result.revision())));
  }

  @Override
  public void deleteRange(
      EtcdRpc.DeleteRangeRequest request, StreamObserver<EtcdRpc.DeleteRangeResponse> answer) {
    write(
        answer,
        () -> single(StoreMessages.delete(request)),
        result -> StoreMessages.wireDelete(result.delete(0), member.header(result.revision())));
  }

  private Txn single(Op op) {
    access.require(op);
    return Txn.of(op);
  }

  @Override
  public void txn(EtcdRpc.TxnRequest request, StreamObserver<EtcdRpc.TxnResponse> answer) {
    write(
        answer,
        () -> {
          Txn txn = StoreMessages.txn(request, maxTxnOps);
          access.require(txn);
          return txn;
        },
        result -> StoreMessages.wireTxn(result, member::header));
  }

  private <A> void write(
      StreamObserver<A> answer, Supplier<Txn> request, Function<TxnResult, A> wire) {
    Executor network = threads.network();
    if (network == null) {
      Calls.answer(answer, () -> wire.apply(store.txn(request.get())));
    } else if (store instanceof NetworkWrites direct) {
      try {
        direct.txn(
            request.get(),
            network,
            (result, problem) ->
                Calls.answer(
                    answer,
                    () -> {
                      if (problem != null) {
                        throw problem;
                      }
                      return wire.apply(result);
                    }));
      } catch (RuntimeException e) {
        answer.onError(Calls.status(e));
      }
    } else {
      threads.leave(() -> Calls.answer(answer, () -> wire.apply(store.txn(request.get()))));
    }
  }

  @Override
  public void compact(
      EtcdRpc.CompactionRequest request, StreamObserver<EtcdRpc.CompactionResponse> answer) {
    threads.leave(() ->
        Calls.answer(
            answer,
            () -> {
              access.requireLogin();
              store.compact(request.getRevision());
              return EtcdRpc.CompactionResponse.newBuilder()
                  .setHeader(member.header(store.revision()))
                  .build();
            }));
  }
}
