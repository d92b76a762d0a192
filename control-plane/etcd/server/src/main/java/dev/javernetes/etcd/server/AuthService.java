package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.protocol.AuthGrpc;
import dev.javernetes.etcd.protocol.EtcdAuth.Permission;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthDisableRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthDisableResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthEnableRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthEnableResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleAddRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleAddResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleDeleteRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleDeleteResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleGetRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleGetResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleGrantPermissionRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleGrantPermissionResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleListRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleListResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleRevokePermissionRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthRoleRevokePermissionResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthStatusRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthStatusResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserAddRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserAddResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserChangePasswordRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserChangePasswordResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserDeleteRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserDeleteResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserGetRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserGetResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserGrantRoleRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserGrantRoleResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserListRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserListResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserRevokeRoleRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthUserRevokeRoleResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthenticateRequest;
import dev.javernetes.etcd.protocol.EtcdRpc.AuthenticateResponse;
import dev.javernetes.etcd.protocol.EtcdRpc.ResponseHeader;
import dev.javernetes.etcd.protocol.StoredAuth;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Users, roles, logging in. Everything but looking at oneself needs the root role once
 * authentication is on.
 */
final class AuthService extends AuthGrpc.AuthImplBase {
  private final Store store;
  private final Member member;
  private final AuthStore auth;
  private final Tokens tokens;
  private final Passwords passwords;
  private final Access access;

  AuthService(
      Store store,
      Member member,
      AuthStore auth,
      Tokens tokens,
      Passwords passwords,
      Access access) {
    this.store = store;
    this.member = member;
    this.auth = auth;
    this.tokens = tokens;
    this.passwords = passwords;
    this.access = access;
  }

  private ResponseHeader header() {
    return member.header(store.revision());
  }

  /** A change that only root may make. */
  private void change(UnaryOperator<StoredAuth.Auth.Builder> change) {
    access.requireRoot();
    auth.change(change);
  }

  @Override
  public void authStatus(AuthStatusRequest request, StreamObserver<AuthStatusResponse> answer) {
    Calls.answer(
        answer,
        () ->
            AuthStatusResponse.newBuilder()
                .setHeader(header())
                .setEnabled(auth.isEnabled())
                .setAuthRevision(auth.state().getRevision())
                .build());
  }

  @Override
  public void authEnable(AuthEnableRequest request, StreamObserver<AuthEnableResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          auth.change(state -> {
            StoredAuth.User root = state.getUsersMap().get(AuthStore.ROOT);
            if (root == null) {
              throw AuthErrors.ROOT_USER_MISSING.exception();
            }
            if (!root.getRolesList().contains(AuthStore.ROOT)) {
              throw AuthErrors.ROOT_ROLE_MISSING.exception();
            }
            return state.setEnabled(true);
          });
          return AuthEnableResponse.newBuilder().setHeader(header()).build();
        });
  }

  @Override
  public void authDisable(AuthDisableRequest request, StreamObserver<AuthDisableResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          change(state -> state.setEnabled(false));
          tokens.forgetAll();
          return AuthDisableResponse.newBuilder().setHeader(header()).build();
        });
  }

  @Override
  public void authenticate(
      AuthenticateRequest request, StreamObserver<AuthenticateResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          if (!auth.isEnabled()) {
            throw AuthErrors.NOT_ENABLED.exception();
          }
          StoredAuth.User user = auth.state().getUsersMap().get(request.getName());
          if (user == null || !passwords.matches(user, request.getPassword())) {
            throw AuthErrors.AUTHENTICATION_FAILED.exception();
          }
          return AuthenticateResponse.newBuilder()
              .setHeader(header())
              .setToken(tokens.issue(request.getName()))
              .build();
        });
  }

  // ---- users

  @Override
  public void userAdd(AuthUserAddRequest request, StreamObserver<AuthUserAddResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          String name = request.getName();
          if (name.isEmpty()) {
            throw AuthErrors.USER_EMPTY.exception();
          }
          boolean noPassword = request.getOptions().getNoPassword();
          StoredAuth.User.Builder user = StoredAuth.User.newBuilder().setNoPassword(noPassword);
          if (!noPassword) {
            passwords.set(user, request.getPassword());
          }
          change(state -> {
            if (state.containsUsers(name)) {
              throw AuthErrors.USER_EXISTS.exception();
            }
            return state.putUsers(name, user.build());
          });
          return AuthUserAddResponse.newBuilder().setHeader(header()).build();
        });
  }

  @Override
  public void userGet(AuthUserGetRequest request, StreamObserver<AuthUserGetResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          if (auth.isEnabled() && !access.user().equals(request.getName())) {
            access.requireRoot();
          }
          return AuthUserGetResponse.newBuilder()
              .setHeader(header())
              .addAllRoles(auth.user(request.getName()).getRolesList())
              .build();
        });
  }

  @Override
  public void userList(AuthUserListRequest request, StreamObserver<AuthUserListResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          access.requireRoot();
          return AuthUserListResponse.newBuilder()
              .setHeader(header())
              .addAllUsers(auth.state().getUsersMap().keySet().stream().sorted().toList())
              .build();
        });
  }

  @Override
  public void userDelete(
      AuthUserDeleteRequest request, StreamObserver<AuthUserDeleteResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          String name = request.getName();
          change(state -> {
            refuseRootWhileEnabled(state, name);
            if (!state.containsUsers(name)) {
              throw AuthErrors.USER_NOT_FOUND.exception();
            }
            return state.removeUsers(name);
          });
          tokens.forget(name);
          return AuthUserDeleteResponse.newBuilder().setHeader(header()).build();
        });
  }

  private static void refuseRootWhileEnabled(StoredAuth.Auth.Builder state, String name) {
    if (state.getEnabled() && name.equals(AuthStore.ROOT)) {
      throw AuthErrors.INVALID_MANAGEMENT.exception();
    }
  }

  @Override
  public void userChangePassword(
      AuthUserChangePasswordRequest request,
      StreamObserver<AuthUserChangePasswordResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          change(state ->
              changeUser(
                  state, request.getName(), user -> passwords.set(user, request.getPassword())));
          tokens.forget(request.getName());
          return AuthUserChangePasswordResponse.newBuilder().setHeader(header()).build();
        });
  }

  private static StoredAuth.Auth.Builder changeUser(
      StoredAuth.Auth.Builder state, String name, UnaryOperator<StoredAuth.User.Builder> change) {
    StoredAuth.User user = state.getUsersMap().get(name);
    if (user == null) {
      throw AuthErrors.USER_NOT_FOUND.exception();
    }
    return state.putUsers(name, change.apply(user.toBuilder()).build());
  }

  @Override
  public void userGrantRole(
      AuthUserGrantRoleRequest request, StreamObserver<AuthUserGrantRoleResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          String role = request.getRole();
          change(state -> {
            if (!role.equals(AuthStore.ROOT) && !state.containsRoles(role)) {
              throw AuthErrors.ROLE_NOT_FOUND.exception();
            }
            return changeUser(
                state,
                request.getUser(),
                user -> user.getRolesList().contains(role) ? user : user.addRoles(role));
          });
          return AuthUserGrantRoleResponse.newBuilder().setHeader(header()).build();
        });
  }

  @Override
  public void userRevokeRole(
      AuthUserRevokeRoleRequest request, StreamObserver<AuthUserRevokeRoleResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          String role = request.getRole();
          change(state -> {
            if (role.equals(AuthStore.ROOT)) {
              refuseRootWhileEnabled(state, request.getName());
            }
            return changeUser(
                state,
                request.getName(),
                user -> {
                  List<String> left = new ArrayList<>(user.getRolesList());
                  if (!left.remove(role)) {
                    throw AuthErrors.ROLE_NOT_GRANTED.exception();
                  }
                  return user.clearRoles().addAllRoles(left);
                });
          });
          return AuthUserRevokeRoleResponse.newBuilder().setHeader(header()).build();
        });
  }

  // ---- roles

  @Override
  public void roleAdd(AuthRoleAddRequest request, StreamObserver<AuthRoleAddResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          String name = request.getName();
          if (name.isEmpty()) {
            throw AuthErrors.ROLE_EMPTY.exception();
          }
          change(state -> {
            if (state.containsRoles(name)) {
              throw AuthErrors.ROLE_EXISTS.exception();
            }
            return state.putRoles(name, StoredAuth.Role.getDefaultInstance());
          });
          return AuthRoleAddResponse.newBuilder().setHeader(header()).build();
        });
  }

  @Override
  public void roleGet(AuthRoleGetRequest request, StreamObserver<AuthRoleGetResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          String name = request.getRole();
          if (auth.isEnabled() && !auth.user(access.user()).getRolesList().contains(name)) {
            access.requireRoot();
          }
          return AuthRoleGetResponse.newBuilder()
              .setHeader(header())
              .addAllPerm(auth.role(name).getPermissionsList())
              .build();
        });
  }

  @Override
  public void roleList(AuthRoleListRequest request, StreamObserver<AuthRoleListResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          access.requireRoot();
          return AuthRoleListResponse.newBuilder()
              .setHeader(header())
              .addAllRoles(auth.state().getRolesMap().keySet().stream().sorted().toList())
              .build();
        });
  }

  @Override
  public void roleDelete(
      AuthRoleDeleteRequest request, StreamObserver<AuthRoleDeleteResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          String name = request.getRole();
          change(state -> {
            refuseRootWhileEnabled(state, name);
            if (!state.containsRoles(name)) {
              throw AuthErrors.ROLE_NOT_FOUND.exception();
            }
            for (String user : List.copyOf(state.getUsersMap().keySet())) {
              changeUser(state, user, found -> without(found, name));
            }
            return state.removeRoles(name);
          });
          return AuthRoleDeleteResponse.newBuilder().setHeader(header()).build();
        });
  }

  private static StoredAuth.User.Builder without(StoredAuth.User.Builder user, String role) {
    List<String> left = new ArrayList<>(user.getRolesList());
    left.remove(role);
    return user.clearRoles().addAllRoles(left);
  }

  @Override
  public void roleGrantPermission(
      AuthRoleGrantPermissionRequest request,
      StreamObserver<AuthRoleGrantPermissionResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          if (!request.hasPerm()) {
            throw AuthErrors.PERMISSION_NOT_GIVEN.exception();
          }
          Permission granted = request.getPerm();
          change(state -> {
            List<Permission> permissions = permissions(state, request.getName());
            permissions.removeIf(permission ->
                permission.getKey().equals(granted.getKey())
                    && permission.getRangeEnd().equals(granted.getRangeEnd()));
            permissions.add(granted);
            return put(state, request.getName(), permissions);
          });
          return AuthRoleGrantPermissionResponse.newBuilder().setHeader(header()).build();
        });
  }

  @Override
  public void roleRevokePermission(
      AuthRoleRevokePermissionRequest request,
      StreamObserver<AuthRoleRevokePermissionResponse> answer) {
    Calls.answer(
        answer,
        () -> {
          change(state -> {
            List<Permission> permissions = permissions(state, request.getRole());
            boolean revoked =
                permissions.removeIf(permission ->
                    permission.getKey().equals(request.getKey())
                        && permission.getRangeEnd().equals(request.getRangeEnd()));
            if (!revoked) {
              throw AuthErrors.PERMISSION_NOT_GRANTED.exception();
            }
            return put(state, request.getRole(), permissions);
          });
          return AuthRoleRevokePermissionResponse.newBuilder().setHeader(header()).build();
        });
  }

  private static List<Permission> permissions(StoredAuth.Auth.Builder state, String role) {
    StoredAuth.Role found = state.getRolesMap().get(role);
    if (found == null) {
      throw AuthErrors.ROLE_NOT_FOUND.exception();
    }
    return new ArrayList<>(found.getPermissionsList());
  }

  private static StoredAuth.Auth.Builder put(
      StoredAuth.Auth.Builder state, String role, List<Permission> permissions) {
    return state.putRoles(
        role, StoredAuth.Role.newBuilder().addAllPermissions(permissions).build());
  }
}
