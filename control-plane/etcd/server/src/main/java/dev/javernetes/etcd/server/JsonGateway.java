package dev.javernetes.etcd.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * etcd's gRPC methods as JSON over HTTP, in the form of grpc-gateway: a POST's body is the request;
 * bytes are base64, 64-bit numbers are strings. A method with one answer returns it; one with a
 * stream of answers (watch, keepalive, snapshot) returns a line {@code {"result":…}} for each.
 *
 * <p>Every path is one method of the very services that gRPC serves, called the same way. A watch
 * over JSON ends when the client is gone, which is noticed at its next event.
 */
final class JsonGateway {
  private static final int MAX_BODY_BYTES = 4 << 20;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String WATCH = "etcdserverpb.Watch/Watch";

  /** Path below {@code /v3/}, and the method, as in the annotations of etcd's rpc.proto. */
  private static final Map<String, String> PATHS =
      Map.ofEntries(
          Map.entry("kv/range", "KV/Range"),
          Map.entry("kv/put", "KV/Put"),
          Map.entry("kv/deleterange", "KV/DeleteRange"),
          Map.entry("kv/txn", "KV/Txn"),
          Map.entry("kv/compaction", "KV/Compact"),
          Map.entry("watch", "Watch/Watch"),
          Map.entry("lease/grant", "Lease/LeaseGrant"),
          Map.entry("lease/revoke", "Lease/LeaseRevoke"),
          Map.entry("kv/lease/revoke", "Lease/LeaseRevoke"),
          Map.entry("lease/keepalive", "Lease/LeaseKeepAlive"),
          Map.entry("lease/timetolive", "Lease/LeaseTimeToLive"),
          Map.entry("kv/lease/timetolive", "Lease/LeaseTimeToLive"),
          Map.entry("lease/leases", "Lease/LeaseLeases"),
          Map.entry("kv/lease/leases", "Lease/LeaseLeases"),
          Map.entry("cluster/member/add", "Cluster/MemberAdd"),
          Map.entry("cluster/member/remove", "Cluster/MemberRemove"),
          Map.entry("cluster/member/update", "Cluster/MemberUpdate"),
          Map.entry("cluster/member/list", "Cluster/MemberList"),
          Map.entry("cluster/member/promote", "Cluster/MemberPromote"),
          Map.entry("maintenance/alarm", "Maintenance/Alarm"),
          Map.entry("maintenance/status", "Maintenance/Status"),
          Map.entry("maintenance/defragment", "Maintenance/Defragment"),
          Map.entry("maintenance/hash", "Maintenance/Hash"),
          Map.entry("maintenance/hashkv", "Maintenance/HashKV"),
          Map.entry("maintenance/snapshot", "Maintenance/Snapshot"),
          Map.entry("maintenance/transfer-leadership", "Maintenance/MoveLeader"),
          Map.entry("maintenance/downgrade", "Maintenance/Downgrade"),
          Map.entry("auth/enable", "Auth/AuthEnable"),
          Map.entry("auth/disable", "Auth/AuthDisable"),
          Map.entry("auth/status", "Auth/AuthStatus"),
          Map.entry("auth/authenticate", "Auth/Authenticate"),
          Map.entry("auth/user/add", "Auth/UserAdd"),
          Map.entry("auth/user/get", "Auth/UserGet"),
          Map.entry("auth/user/list", "Auth/UserList"),
          Map.entry("auth/user/delete", "Auth/UserDelete"),
          Map.entry("auth/user/changepw", "Auth/UserChangePassword"),
          Map.entry("auth/user/grant", "Auth/UserGrantRole"),
          Map.entry("auth/user/revoke", "Auth/UserRevokeRole"),
          Map.entry("auth/role/add", "Auth/RoleAdd"),
          Map.entry("auth/role/get", "Auth/RoleGet"),
          Map.entry("auth/role/list", "Auth/RoleList"),
          Map.entry("auth/role/delete", "Auth/RoleDelete"),
          Map.entry("auth/role/grant", "Auth/RoleGrantPermission"),
          Map.entry("auth/role/revoke", "Auth/RoleRevokePermission"),
          Map.entry("lock/lock", "v3lockpb.Lock/Lock"),
          Map.entry("lock/unlock", "v3lockpb.Lock/Unlock"),
          Map.entry("election/campaign", "v3electionpb.Election/Campaign"),
          Map.entry("election/proclaim", "v3electionpb.Election/Proclaim"),
          Map.entry("election/leader", "v3electionpb.Election/Leader"),
          Map.entry("election/observe", "v3electionpb.Election/Observe"),
          Map.entry("election/resign", "v3electionpb.Election/Resign"));

  private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();

  /**
   * @param services as gRPC serves them, interceptors included
   */
  JsonGateway(List<ServerServiceDefinition> services) {
    Map<String, ServerMethodDefinition<?, ?>> byName = new HashMap<>();
    for (ServerServiceDefinition service : services) {
      service
          .getMethods()
          .forEach(method -> byName.put(method.getMethodDescriptor().getFullMethodName(), method));
    }
    PATHS.forEach((path, name) -> {
      ServerMethodDefinition<?, ?> method =
          byName.get(name.contains(".") ? name : "etcdserverpb." + name);
      if (method == null) {
        throw new IllegalArgumentException("no service has " + name);
      }
      methods.put("/v3/" + path, method);
    });
  }

  Set<String> paths() {
    return methods.keySet();
  }

  void handle(HttpExchange exchange, String path) throws IOException {
    ServerMethodDefinition<?, ?> method = methods.get(path);
    if (method == null) {
      JsonCall.refuse(
          exchange,
          404,
          Status.NOT_FOUND.withDescription("no such request in the JSON gateway: " + path));
      return;
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      JsonCall.refuse(
          exchange, 405, Status.UNIMPLEMENTED.withDescription("the JSON gateway takes POST only"));
      return;
    }
    byte[] body;
    try (InputStream in = exchange.getRequestBody()) {
      body = in.readNBytes(MAX_BODY_BYTES + 1);
    }
    if (body.length > MAX_BODY_BYTES) {
      JsonCall.refuse(
          exchange, 413, Status.INVALID_ARGUMENT.withDescription("request is too large"));
      return;
    }
    call(method, exchange, new String(body, UTF_8));
  }

  private static <Q, A> void call(
      ServerMethodDefinition<Q, A> method, HttpExchange exchange, String body) throws IOException {
    MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
    Q request;
    try {
      request = read(descriptor, body);
    } catch (IllegalArgumentException e) {
      JsonCall.refuse(exchange, 400, Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      return;
    }
    Metadata headers = new Metadata();
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    if (token != null) {
      headers.put(AUTHORIZATION, token);
    }
    JsonCall<Q, A> call = new JsonCall<>(descriptor, exchange);
    var listener = method.getServerCallHandler().startCall(call, headers);
    listener.onReady();
    listener.onMessage(request);
    // A watch goes on after its last request; everything else answers then.
    if (!descriptor.getFullMethodName().equals(WATCH)) {
      listener.onHalfClose();
    }
    if (call.await()) {
      listener.onComplete();
    } else {
      listener.onCancel();
    }
  }

  @SuppressWarnings("unchecked") // a prototype is of the type that its marshaller reads
  private static <Q> Q read(MethodDescriptor<Q, ?> method, String body) {
    PrototypeMarshaller<Q> marshaller = (PrototypeMarshaller<Q>) method.getRequestMarshaller();
    return (Q) ProtoJson.read(body, (Message) marshaller.getMessagePrototype());
  }
}
