package dev.javernetes.etcd.server;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.Maintenance;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.protocol.EtcdAuth.Permission;
import dev.javernetes.etcd.protocol.KeyMessages;
import dev.javernetes.etcd.protocol.StoredAuth;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Users and roles: one immutable message, replaced as a whole at each change and kept in the store
 * beside the keys. While authentication is off everybody may do everything, which is how the first
 * users are made.
 *
 * <p>User {@code ann} has role {@code reader}, {@code reader} has READ on {@code [/app/, /app0)}:
 * ann may read and watch there.
 */
final class AuthStore {
  static final String ROOT = "root";
  private static final String ATTRIBUTE = "auth";

  private final @Nullable Maintenance maintenance;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Known known;

  /** What was stored, and what it says. */
  private record Known(@Nullable Bytes stored, StoredAuth.Auth auth) {}

  /**
   * @param maintenance keeps the message; null where the store cannot, and then authentication
   *     cannot be used
   */
  AuthStore(@Nullable Maintenance maintenance) {
    this.maintenance = maintenance;
    this.known = decode(maintenance == null ? null : maintenance.attribute(ATTRIBUTE));
  }

  private static Known decode(@Nullable Bytes stored) {
    try {
      return new Known(
          stored,
          stored == null
              ? StoredAuth.Auth.newBuilder().setRevision(1).build()
              : StoredAuth.Auth.parseFrom(stored.array()));
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException(
          StoreException.Reason.CORRUPT, "the stored users and roles do not decode", e);
    }
  }

  /** What is stored now; another member may have changed it. */
  StoredAuth.Auth state() {
    Known last = known;
    Bytes stored = maintenance == null ? null : maintenance.attribute(ATTRIBUTE);
    if (!Objects.equals(stored, last.stored())) {
      last = decode(stored);
      known = last;
    }
    return last.auth();
  }

  boolean isEnabled() {
    return state().getEnabled();
  }

  /** Replaces the state by what the change makes of it, durably. */
  void change(UnaryOperator<StoredAuth.Auth.Builder> change) {
    if (maintenance == null) {
      throw new StoreException(
          StoreException.Reason.UNSUPPORTED, "the store behind this server cannot keep users");
    }
    lock.lock();
    try {
      StoredAuth.Auth before = state();
      StoredAuth.Auth.Builder next = change.apply(before.toBuilder());
      StoredAuth.Auth changed = next.setRevision(before.getRevision() + 1).build();
      maintenance.setAttribute(ATTRIBUTE, Bytes.wrap(changed.toByteArray()));
    } finally {
      lock.unlock();
    }
  }

  StoredAuth.User user(String name) {
    StoredAuth.User user = state().getUsersMap().get(name);
    if (user == null) {
      throw AuthErrors.USER_NOT_FOUND.exception();
    }
    return user;
  }

  StoredAuth.Role role(String name) {
    StoredAuth.Role role = state().getRolesMap().get(name);
    if (role == null) {
      throw AuthErrors.ROLE_NOT_FOUND.exception();
    }
    return role;
  }

  boolean isRoot(String user) {
    StoredAuth.User found = state().getUsersMap().get(user);
    return found != null && found.getRolesList().contains(ROOT);
  }

  /** Whether a user may do something with every key of a range. */
  boolean permits(String user, KeyRange range, Permission.Type wanted) {
    StoredAuth.Auth current = state();
    StoredAuth.User found = current.getUsersMap().get(user);
    if (found == null) {
      return false;
    }
    if (found.getRolesList().contains(ROOT)) {
      return true;
    }
    Set<Permission.Type> enough = EnumSet.of(wanted, Permission.Type.READWRITE);
    List<KeyRange> granted = new ArrayList<>();
    for (String name : found.getRolesList()) {
      StoredAuth.Role role = current.getRolesMap().get(name);
      if (role != null) {
        for (Permission permission : role.getPermissionsList()) {
          if (enough.contains(permission.getPermType())) {
            granted.add(KeyMessages.range(permission.getKey(), permission.getRangeEnd()));
          }
        }
      }
    }
    return Grants.cover(granted, range);
  }
}
