package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.ClusterMembers;
import dev.javernetes.etcd.mvcc.Maintenance;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreStatus;
import dev.javernetes.etcd.protocol.EtcdRpc;
import dev.javernetes.etcd.protocol.MaintenanceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** Status, alarms, checksums, snapshots, space. */
final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
  private final Store store;
  private final Member member;
  private final Access access;

  MaintenanceService(Store store, Member member, Access access) {
    this.store = store;
    this.member = member;
    this.access = access;
  }

  private Maintenance maintenance() {
    if (store instanceof Maintenance maintenance) {
      return maintenance;
    }
    throw new StoreException(
        StoreException.Reason.UNSUPPORTED, "the store behind this server is not embedded");
  }

  @Override
  public void status(EtcdRpc.StatusRequest request, StreamObserver<EtcdRpc.StatusResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          StoreStatus status = store.status();
          EtcdRpc.StatusResponse.Builder response =
              EtcdRpc.StatusResponse.newBuilder()
                  .setHeader(member.header(status.revision()))
                  .setVersion(status.version())
                  .setStorageVersion(status.version())
                  .setDbSize(status.sizeBytes())
                  .setDbSizeInUse(status.sizeInUseBytes())
                  .setDbSizeQuota(status.quotaBytes())
                  .setLeader(member.leader())
                  .setRaftTerm(member.term())
                  .setRaftIndex(applied(status))
                  .setRaftAppliedIndex(applied(status));
          for (StoreStatus.Alarm alarm : status.alarms()) {
            response.addErrors("memberID:" + member.id() + " alarm:" + wire(alarm) + " ");
          }
          return response.build();
        });
  }

  private long applied(StoreStatus status) {
    ClusterMembers cluster = member.cluster();
    return cluster == null ? status.revision() : cluster.appliedIndex();
  }

  private static EtcdRpc.AlarmType wire(StoreStatus.Alarm alarm) {
    return switch (alarm) {
      case NO_SPACE -> EtcdRpc.AlarmType.NOSPACE;
      case CORRUPT -> EtcdRpc.AlarmType.CORRUPT;
    };
  }

  @Override
  public void alarm(EtcdRpc.AlarmRequest request, StreamObserver<EtcdRpc.AlarmResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          if (request.getAction() != EtcdRpc.AlarmRequest.AlarmAction.GET) {
            access.requireRoot();
          }
          Set<StoreStatus.Alarm> touched = touch(request);
          EtcdRpc.AlarmResponse.Builder response =
              EtcdRpc.AlarmResponse.newBuilder().setHeader(member.header(store.revision()));
          for (StoreStatus.Alarm alarm : touched) {
            response.addAlarms(
                EtcdRpc.AlarmMember.newBuilder().setMemberID(member.id()).setAlarm(wire(alarm)));
          }
          return response.build();
        });
  }

  private Set<StoreStatus.Alarm> touch(EtcdRpc.AlarmRequest request) {
    Set<StoreStatus.Alarm> named =
        switch (request.getAlarm()) {
          case NONE, UNRECOGNIZED -> EnumSet.allOf(StoreStatus.Alarm.class);
          case NOSPACE -> EnumSet.of(StoreStatus.Alarm.NO_SPACE);
          case CORRUPT -> EnumSet.of(StoreStatus.Alarm.CORRUPT);
        };
    Set<StoreStatus.Alarm> raised = EnumSet.noneOf(StoreStatus.Alarm.class);
    raised.addAll(maintenance().alarms());
    return switch (request.getAction()) {
      case GET, UNRECOGNIZED -> {
        raised.retainAll(named);
        yield raised;
      }
      case ACTIVATE -> {
        if (request.getAlarm() != EtcdRpc.AlarmType.NONE) {
          named.forEach(alarm -> maintenance().setAlarm(alarm, true));
        }
        yield named;
      }
      case DEACTIVATE -> {
        raised.retainAll(named);
        raised.forEach(alarm -> maintenance().setAlarm(alarm, false));
        yield raised;
      }
    };
  }

  @Override
  public void defragment(
      EtcdRpc.DefragmentRequest request, StreamObserver<EtcdRpc.DefragmentResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          access.requireRoot();
          maintenance().reclaimSpace();
          return EtcdRpc.DefragmentResponse.newBuilder()
              .setHeader(member.header(store.revision()))
              .build();
        });
  }

  @Override
  public void hash(EtcdRpc.HashRequest request, StreamObserver<EtcdRpc.HashResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          access.requireRoot();
          Maintenance.HashResult result = maintenance().hash(0);
          return EtcdRpc.HashResponse.newBuilder()
              .setHeader(member.header(result.revision()))
              .setHash(result.hash())
              .build();
        });
  }

  @Override
  public void hashKV(EtcdRpc.HashKVRequest request, StreamObserver<EtcdRpc.HashKVResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          access.requireRoot();
          Maintenance.HashResult result = maintenance().hash(request.getRevision());
          return EtcdRpc.HashKVResponse.newBuilder()
              .setHeader(member.header(store.revision()))
              .setHash(result.hash())
              .setHashRevision(result.revision())
              .setCompactRevision(result.compactRevision())
              .build();
        });
  }

  @Override
  public void snapshot(
      EtcdRpc.SnapshotRequest request, StreamObserver<EtcdRpc.SnapshotResponse> answer) {
    try {
      access.requireRoot();
    } catch (StatusRuntimeException e) {
      answer.onError(e);
      return;
    }
    PacedSender<EtcdRpc.SnapshotResponse> sender =
        new PacedSender<>((ServerCallStreamObserver<EtcdRpc.SnapshotResponse>) answer);
    // The stream's own callbacks must stay free to say when the client is ready.
    Thread.startVirtualThread(() -> {
      try {
        new SnapshotSender(sender, member, store.revision()).send(store);
      } catch (IOException e) {
        answer.onError(Status.UNAVAILABLE.withDescription("etcdserver: " + e).asRuntimeException());
      } catch (StoreException e) {
        answer.onError(Calls.status(e));
      }
    });
  }

  @Override
  public void moveLeader(
      EtcdRpc.MoveLeaderRequest request, StreamObserver<EtcdRpc.MoveLeaderResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          access.requireRoot();
          ClusterMembers cluster = member.cluster();
          if (cluster == null) {
            throw Status.FAILED_PRECONDITION
                .withDescription("etcdserver: bad leader transferee")
                .asRuntimeException();
          }
          cluster.moveLeader(request.getTargetID());
          return EtcdRpc.MoveLeaderResponse.newBuilder()
              .setHeader(member.header(store.status().revision()))
              .build();
        });
  }

  @Override
  public void downgrade(
      EtcdRpc.DowngradeRequest request, StreamObserver<EtcdRpc.DowngradeResponse> answer) {
    Calls.unsupported(answer, "this store has one storage version and cannot be downgraded");
  }
}
