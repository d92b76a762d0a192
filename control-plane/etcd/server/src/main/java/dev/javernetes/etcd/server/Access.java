package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Compare;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.protocol.EtcdAuth.Permission;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls (by token, else by the common name of the client certificate) and whether
 * that user may. Does nothing while authentication is off.
 */
final class Access implements ServerInterceptor {
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Caller> CALLER = Context.key("etcd-caller");

  private final AuthStore auth;
  private final Tokens tokens;

  /** Who calls; at most one of token and certificate name counts, the token first. */
  record Caller(@Nullable String token, @Nullable String certificateName) {}

  Access(AuthStore auth, Tokens tokens) {
    this.auth = auth;
    this.tokens = tokens;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!auth.isEnabled()) {
      return next.startCall(call, headers);
    }
    String token = headers.get(TOKEN);
    Caller caller =
        new Caller(
            token != null ? token : headers.get(AUTHORIZATION),
            certificateName(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION)));
    return Contexts.interceptCall(Context.current().withValue(CALLER, caller), call, headers, next);
  }

  private static @Nullable String certificateName(@Nullable SSLSession session) {
    if (session == null) {
      return null;
    }
    try {
      if (!(session.getPeerPrincipal() instanceof X500Principal subject)) {
        return null;
      }
      for (Rdn part : new LdapName(subject.getName()).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          return part.getValue().toString();
        }
      }
      return null;
    } catch (SSLPeerUnverifiedException | InvalidNameException e) {
      return null;
    }
  }

  /** The caller's name; refuses who did not say it. Only while authentication is on. */
  String user() {
    Caller caller = CALLER.get();
    String token = caller == null ? null : caller.token();
    if (token != null) {
      String user = tokens.userOf(token);
      if (user == null) {
        throw AuthErrors.INVALID_TOKEN.exception();
      }
      return user;
    }
    String name = caller == null ? null : caller.certificateName();
    if (name == null) {
      throw AuthErrors.USER_EMPTY.exception();
    }
    return name;
  }

  void requireRoot() {
    if (auth.isEnabled() && !auth.isRoot(user())) {
      throw AuthErrors.PERMISSION_DENIED.exception();
    }
  }

  void requireLogin() {
    if (auth.isEnabled()) {
      user();
    }
  }

  void requireRead(KeyRange range) {
    require(range, Permission.Type.READ);
  }

  private void require(KeyRange range, Permission.Type wanted) {
    if (auth.isEnabled() && !auth.permits(user(), range, wanted)) {
      throw AuthErrors.PERMISSION_DENIED.exception();
    }
  }

  void requireWrite(List<Bytes> keys) {
    if (auth.isEnabled()) {
      keys.forEach(key -> require(KeyRange.single(key), Permission.Type.WRITE));
    }
  }

  void require(Txn txn) {
    if (!auth.isEnabled()) {
      return;
    }
    for (Compare compare : txn.compares()) {
      requireRead(compare.range());
    }
    txn.success().forEach(this::require);
    txn.failure().forEach(this::require);
  }

  void require(Op op) {
    if (!auth.isEnabled()) {
      return;
    }
    switch (op) {
      case Op.Range range -> requireRead(range.request().range());
      case Op.Nested(Txn txn) -> require(txn);
      case Op.Put put -> {
        KeyRange key = KeyRange.single(put.key());
        require(key, Permission.Type.WRITE);
        if (put.prevKv()) {
          requireRead(key);
        }
      }
      case Op.DeleteRange delete -> {
        require(delete.range(), Permission.Type.WRITE);
        if (delete.prevKv()) {
          requireRead(delete.range());
        }
      }
    }
  }
}
