package dev.javernetes.etcd.protocol;

import static dev.javernetes.etcd.protocol.KeyMessages.bytes;
import static dev.javernetes.etcd.protocol.KeyMessages.keyValue;
import static dev.javernetes.etcd.protocol.KeyMessages.range;
import static dev.javernetes.etcd.protocol.KeyMessages.wire;
import static dev.javernetes.etcd.protocol.KeyMessages.wireEnd;
import static dev.javernetes.etcd.protocol.KeyMessages.wireKey;

import dev.javernetes.etcd.mvcc.Compare;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.OpResult;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreException.Reason;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** Range and transaction requests and answers on the wire, both ways. */
public final class StoreMessages {
  private StoreMessages() {}

  // ---- requests from the wire

  public static RangeRequest rangeRequest(EtcdRpc.RangeRequest wire) {
    requireKey(wire.getKey().isEmpty());
    if (wire.getSortOrder() == EtcdRpc.RangeRequest.SortOrder.UNRECOGNIZED
        || wire.getSortTarget() == EtcdRpc.RangeRequest.SortTarget.UNRECOGNIZED) {
      throw new StoreException(Reason.INVALID, "invalid sort option");
    }
    return new RangeRequest(
        range(wire.getKey(), wire.getRangeEnd()),
        Math.max(0, wire.getRevision()),
        Math.max(0, wire.getLimit()),
        wire.getKeysOnly(),
        wire.getCountOnly(),
        wire.getSerializable(),
        new RangeRequest.Sort(
            sortTarget(wire.getSortTarget()),
            wire.getSortOrder() == EtcdRpc.RangeRequest.SortOrder.DESCEND),
        new RangeRequest.RevisionBounds(
            wire.getMinModRevision(),
            wire.getMaxModRevision(),
            wire.getMinCreateRevision(),
            wire.getMaxCreateRevision()));
  }

  private static RangeRequest.SortTarget sortTarget(EtcdRpc.RangeRequest.SortTarget wire) {
    return switch (wire) {
      case VERSION -> RangeRequest.SortTarget.VERSION;
      case CREATE -> RangeRequest.SortTarget.CREATE_REVISION;
      case MOD -> RangeRequest.SortTarget.MOD_REVISION;
      case VALUE -> RangeRequest.SortTarget.VALUE;
      case KEY, UNRECOGNIZED -> RangeRequest.SortTarget.KEY;
    };
  }

  public static Op.Put put(EtcdRpc.PutRequest wire) {
    requireKey(wire.getKey().isEmpty());
    if (wire.getIgnoreValue() && !wire.getValue().isEmpty()) {
      throw new StoreException(Reason.INVALID, "value is provided");
    }
    if (wire.getIgnoreLease() && wire.getLease() != 0) {
      throw new StoreException(Reason.INVALID, "lease is provided");
    }
    return new Op.Put(
        bytes(wire.getKey()),
        bytes(wire.getValue()),
        wire.getLease(),
        wire.getPrevKv(),
        wire.getIgnoreValue(),
        wire.getIgnoreLease());
  }

  public static Op.DeleteRange delete(EtcdRpc.DeleteRangeRequest wire) {
    requireKey(wire.getKey().isEmpty());
    return new Op.DeleteRange(range(wire.getKey(), wire.getRangeEnd()), wire.getPrevKv());
  }

  /** A transaction; more than {@code maxOps} compares or steps in any branch are refused. */
  public static Txn txn(EtcdRpc.TxnRequest wire, int maxOps) {
    if (wire.getCompareCount() > maxOps
        || wire.getSuccessCount() > maxOps
        || wire.getFailureCount() > maxOps) {
      throw new StoreException(Reason.INVALID, "too many operations in txn request");
    }
    return new Txn(
        wire.getCompareList().stream().map(StoreMessages::compare).toList(),
        wire.getSuccessList().stream().map(op -> op(op, maxOps)).toList(),
        wire.getFailureList().stream().map(op -> op(op, maxOps)).toList());
  }

  private static Op op(EtcdRpc.RequestOp wire, int maxOps) {
    return switch (wire.getRequestCase()) {
      case REQUEST_RANGE -> new Op.Range(rangeRequest(wire.getRequestRange()));
      case REQUEST_PUT -> put(wire.getRequestPut());
      case REQUEST_DELETE_RANGE -> delete(wire.getRequestDeleteRange());
      case REQUEST_TXN -> new Op.Nested(txn(wire.getRequestTxn(), maxOps));
      case REQUEST_NOT_SET -> throw new StoreException(Reason.INVALID, "key not found");
    };
  }

  private static Compare compare(EtcdRpc.Compare wire) {
    requireKey(wire.getKey().isEmpty());
    KeyRange range = range(wire.getKey(), wire.getRangeEnd());
    Compare.Relation relation =
        switch (wire.getResult()) {
          case EQUAL -> Compare.Relation.EQUAL;
          case GREATER -> Compare.Relation.GREATER;
          case LESS -> Compare.Relation.LESS;
          case NOT_EQUAL -> Compare.Relation.NOT_EQUAL;
          case UNRECOGNIZED -> throw new StoreException(Reason.INVALID, "unknown compare result");
        };
    return switch (wire.getTarget()) {
      case VERSION ->
          new Compare.OfNumber(range, Compare.Attribute.VERSION, relation, wire.getVersion());
      case CREATE ->
          new Compare.OfNumber(
              range, Compare.Attribute.CREATE_REVISION, relation, wire.getCreateRevision());
      case MOD ->
          new Compare.OfNumber(
              range, Compare.Attribute.MOD_REVISION, relation, wire.getModRevision());
      case LEASE -> new Compare.OfNumber(range, Compare.Attribute.LEASE, relation, wire.getLease());
      case VALUE -> new Compare.OfValue(range, relation, bytes(wire.getValue()));
      case UNRECOGNIZED -> throw new StoreException(Reason.INVALID, "unknown compare target");
    };
  }

  private static void requireKey(boolean missing) {
    if (missing) {
      throw new StoreException(Reason.INVALID, "key is not provided");
    }
  }

  // ---- requests to the wire

  public static EtcdRpc.RangeRequest wireRange(RangeRequest request) {
    RangeRequest.RevisionBounds bounds = request.bounds();
    RangeRequest.Sort sort = request.sort();
    EtcdRpc.RangeRequest.Builder wire =
        EtcdRpc.RangeRequest.newBuilder()
            .setKey(wireKey(request.range()))
            .setRangeEnd(wireEnd(request.range()))
            .setRevision(request.revision())
            .setLimit(request.limit())
            .setKeysOnly(request.keysOnly())
            .setCountOnly(request.countOnly())
            .setSerializable(request.serializable())
            .setMinModRevision(bounds.minMod())
            .setMaxModRevision(bounds.maxMod())
            .setMinCreateRevision(bounds.minCreate())
            .setMaxCreateRevision(bounds.maxCreate());
    if (!sort.isNatural()) {
      wire.setSortOrder(
          sort.descending()
              ? EtcdRpc.RangeRequest.SortOrder.DESCEND
              : EtcdRpc.RangeRequest.SortOrder.ASCEND);
      wire.setSortTarget(
          switch (sort.target()) {
            case KEY -> EtcdRpc.RangeRequest.SortTarget.KEY;
            case VERSION -> EtcdRpc.RangeRequest.SortTarget.VERSION;
            case CREATE_REVISION -> EtcdRpc.RangeRequest.SortTarget.CREATE;
            case MOD_REVISION -> EtcdRpc.RangeRequest.SortTarget.MOD;
            case VALUE -> EtcdRpc.RangeRequest.SortTarget.VALUE;
          });
    }
    return wire.build();
  }

  public static EtcdRpc.TxnRequest wireTxn(Txn txn) {
    EtcdRpc.TxnRequest.Builder wire = EtcdRpc.TxnRequest.newBuilder();
    txn.compares().forEach(compare -> wire.addCompare(wireCompare(compare)));
    txn.success().forEach(op -> wire.addSuccess(wireOp(op)));
    txn.failure().forEach(op -> wire.addFailure(wireOp(op)));
    return wire.build();
  }

  private static EtcdRpc.RequestOp wireOp(Op op) {
    EtcdRpc.RequestOp.Builder wire = EtcdRpc.RequestOp.newBuilder();
    return switch (op) {
      case Op.Range(RangeRequest request) -> wire.setRequestRange(wireRange(request)).build();
      case Op.Nested(Txn txn) -> wire.setRequestTxn(wireTxn(txn)).build();
      case Op.DeleteRange(KeyRange range, boolean prevKv) ->
          wire.setRequestDeleteRange(
                  EtcdRpc.DeleteRangeRequest.newBuilder()
                      .setKey(wireKey(range))
                      .setRangeEnd(wireEnd(range))
                      .setPrevKv(prevKv))
              .build();
      case Op.Put put ->
          wire.setRequestPut(
                  EtcdRpc.PutRequest.newBuilder()
                      .setKey(wire(put.key()))
                      .setValue(wire(put.value()))
                      .setLease(put.lease())
                      .setPrevKv(put.prevKv())
                      .setIgnoreValue(put.ignoreValue())
                      .setIgnoreLease(put.ignoreLease()))
              .build();
    };
  }

  private static EtcdRpc.Compare wireCompare(Compare compare) {
    EtcdRpc.Compare.Builder wire =
        EtcdRpc.Compare.newBuilder()
            .setKey(wireKey(compare.range()))
            .setRangeEnd(wireEnd(compare.range()))
            .setResult(
                switch (compare.relation()) {
                  case EQUAL -> EtcdRpc.Compare.CompareResult.EQUAL;
                  case GREATER -> EtcdRpc.Compare.CompareResult.GREATER;
                  case LESS -> EtcdRpc.Compare.CompareResult.LESS;
                  case NOT_EQUAL -> EtcdRpc.Compare.CompareResult.NOT_EQUAL;
                });
    return switch (compare) {
      case Compare.OfValue ofValue ->
          wire.setTarget(EtcdRpc.Compare.CompareTarget.VALUE)
              .setValue(wire(ofValue.value()))
              .build();
      case Compare.OfNumber ofNumber ->
          switch (ofNumber.attribute()) {
            case VERSION ->
                wire.setTarget(EtcdRpc.Compare.CompareTarget.VERSION)
                    .setVersion(ofNumber.number())
                    .build();
            case CREATE_REVISION ->
                wire.setTarget(EtcdRpc.Compare.CompareTarget.CREATE)
                    .setCreateRevision(ofNumber.number())
                    .build();
            case MOD_REVISION ->
                wire.setTarget(EtcdRpc.Compare.CompareTarget.MOD)
                    .setModRevision(ofNumber.number())
                    .build();
            case LEASE ->
                wire.setTarget(EtcdRpc.Compare.CompareTarget.LEASE)
                    .setLease(ofNumber.number())
                    .build();
          };
    };
  }

  // ---- answers to the wire; a header says who answers and at which revision

  public static EtcdRpc.RangeResponse wireRange(
      RangeResult result, LongFunction<EtcdRpc.ResponseHeader> header) {
    EtcdRpc.RangeResponse.Builder wire =
        EtcdRpc.RangeResponse.newBuilder()
            .setHeader(header.apply(result.revision()))
            .setCount(result.count())
            .setMore(result.more());
    result.kvs().forEach(kv -> wire.addKvs(wire(kv)));
    return wire.build();
  }

  public static EtcdRpc.PutResponse wirePut(OpResult.Put result, EtcdRpc.ResponseHeader header) {
    EtcdRpc.PutResponse.Builder wire = EtcdRpc.PutResponse.newBuilder().setHeader(header);
    KeyValue prevKv = result.prevKv();
    if (prevKv != null) {
      wire.setPrevKv(wire(prevKv));
    }
    return wire.build();
  }

  public static EtcdRpc.DeleteRangeResponse wireDelete(
      OpResult.Delete result, EtcdRpc.ResponseHeader header) {
    EtcdRpc.DeleteRangeResponse.Builder wire =
        EtcdRpc.DeleteRangeResponse.newBuilder().setHeader(header).setDeleted(result.deleted());
    result.prevKvs().forEach(kv -> wire.addPrevKvs(wire(kv)));
    return wire.build();
  }

  public static EtcdRpc.TxnResponse wireTxn(
      TxnResult result, LongFunction<EtcdRpc.ResponseHeader> header) {
    EtcdRpc.ResponseHeader own = header.apply(result.revision());
    EtcdRpc.TxnResponse.Builder wire =
        EtcdRpc.TxnResponse.newBuilder().setHeader(own).setSucceeded(result.succeeded());
    for (OpResult response : result.responses()) {
      EtcdRpc.ResponseOp.Builder op = EtcdRpc.ResponseOp.newBuilder();
      wire.addResponses(
          switch (response) {
            case RangeResult range -> op.setResponseRange(wireRange(range, header));
            case TxnResult txn -> op.setResponseTxn(wireTxn(txn, header));
            case OpResult.Put put -> op.setResponsePut(wirePut(put, own));
            case OpResult.Delete delete -> op.setResponseDeleteRange(wireDelete(delete, own));
          });
    }
    return wire.build();
  }

  // ---- answers from the wire

  public static RangeResult rangeResult(EtcdRpc.RangeResponse wire) {
    return rangeResult(wire, wire.getHeader().getRevision());
  }

  private static RangeResult rangeResult(EtcdRpc.RangeResponse wire, long revision) {
    List<KeyValue> kvs = new ArrayList<>(wire.getKvsCount());
    wire.getKvsList().forEach(kv -> kvs.add(keyValue(kv)));
    return new RangeResult(kvs, wire.getCount(), wire.getMore(), revision);
  }

  public static TxnResult txnResult(EtcdRpc.TxnResponse wire) {
    return txnResult(wire, wire.getHeader().getRevision());
  }

  private static TxnResult txnResult(EtcdRpc.TxnResponse wire, long revision) {
    List<OpResult> responses = new ArrayList<>(wire.getResponsesCount());
    for (EtcdRpc.ResponseOp op : wire.getResponsesList()) {
      responses.add(
          switch (op.getResponseCase()) {
            // Inner headers are not filled by every etcd; the outer one always is.
            case RESPONSE_RANGE -> rangeResult(op.getResponseRange(), revision);
            case RESPONSE_TXN -> txnResult(op.getResponseTxn(), revision);
            case RESPONSE_PUT -> {
              EtcdRpc.PutResponse put = op.getResponsePut();
              yield new OpResult.Put(put.hasPrevKv() ? keyValue(put.getPrevKv()) : null);
            }
            case RESPONSE_DELETE_RANGE -> {
              EtcdRpc.DeleteRangeResponse delete = op.getResponseDeleteRange();
              yield new OpResult.Delete(
                  delete.getDeleted(),
                  delete.getPrevKvsList().stream().map(KeyMessages::keyValue).toList());
            }
            case RESPONSE_NOT_SET ->
                throw new StoreException(Reason.INVALID, "the answer of a step is missing");
          });
    }
    return new TxnResult(wire.getSucceeded(), responses, revision);
  }
}
