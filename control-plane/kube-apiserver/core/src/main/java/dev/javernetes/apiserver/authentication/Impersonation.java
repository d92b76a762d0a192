package dev.javernetes.apiserver.authentication;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.Authenticator;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.authorization.Refusals;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.RequestInfo;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets a user act as another, where authorization allows it: {@code Impersonate-User: jane}. The
 * constrained modes of KEP-5284 are asked first (each wants leave for {@code
 * impersonate-on:MODE:VERB} on the request itself and for {@code impersonate:MODE} on whom), then
 * the verb {@code impersonate} as it has always been. The first refusal is the one that is told.
 */
final class Impersonation implements Authenticator {
  private static final String GROUP = "authentication.k8s.io";
  private static final String EXTRA_PREFIX = "Impersonate-Extra-";
  private static final String NODE_PREFIX = "system:node:";
  private static final Pattern NODE_NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final String NODE_OF_POD = "authentication.kubernetes.io/node-name";

  /** A way to impersonate, by what it is called in verbs. */
  private enum Mode {
    ASSOCIATED_NODE("associated-node"),
    ARBITRARY_NODE("arbitrary-node"),
    SERVICE_ACCOUNT("serviceaccount"),
    USER_INFO("user-info"),
    LEGACY("");

    final String text;

    Mode(String text) {
      this.text = text;
    }

    String verb() {
      return this == LEGACY ? "impersonate" : "impersonate:" + text;
    }
  }

  private final Authenticator delegate;
  private final Authorizer authorizer;

  Impersonation(Authenticator delegate, Authorizer authorizer) {
    this.delegate = delegate;
    this.authorizer = authorizer;
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    UserInfo requester = delegate.authenticate(request);
    if (requester == null) {
      return null;
    }
    Optional<UserInfo> wanted = wanted(request.headers());
    if (wanted.isEmpty()) {
      return requester;
    }
    ApiException first = null;
    for (Mode mode : Mode.values()) {
      if (!applies(mode, wanted.get(), requester)) {
        continue;
      }
      try {
        return impersonated(mode, wanted.get(), requester, request);
      } catch (ApiException refused) {
        first = first == null ? refused : first;
      }
    }
    throw first == null ? ApiException.internal("all impersonation modes failed") : first;
  }

  /** As the headers name him; empty if they name nobody. */
  private static Optional<UserInfo> wanted(Headers headers) {
    String name = headers.get("Impersonate-User");
    String uid = headers.get("Impersonate-Uid");
    List<String> groups = headers.all("Impersonate-Group");
    Map<String, List<String>> extra = new LinkedHashMap<>();
    headers.forEach((header, value) -> {
      if (header.regionMatches(true, 0, EXTRA_PREFIX, 0, EXTRA_PREFIX.length())) {
        String key = header.substring(EXTRA_PREFIX.length()).toLowerCase(Locale.ROOT);
        extra
            .computeIfAbsent(RequestHeaderUsers.unescape(key), unused -> new ArrayList<>())
            .add(value);
      }
    });
    if (!name.isEmpty()) {
      return Optional.of(new UserInfo(name, uid, groups, extra));
    }
    if (uid.isEmpty() && groups.isEmpty() && extra.isEmpty()) {
      return Optional.empty();
    }
    throw ApiException.badRequest(
        "requested &user.DefaultInfo{Name:\"\", UID:%s, Groups:%s, Extra:%s} without impersonating"
                .formatted(
                    GoQuote.quote(uid),
                    groups.isEmpty() ? "[]string(nil)" : "[]string{" + quoted(groups, ", ") + "}",
                    extraText(extra))
            + " a user name");
  }

  private static String extraText(Map<String, List<String>> extra) {
    if (extra.isEmpty()) {
      return "map[string][]string(nil)";
    }
    List<String> entries = new ArrayList<>();
    extra.forEach((key, values) ->
        entries.add(GoQuote.quote(key) + ":[]string{" + quoted(values, ", ") + "}"));
    return "map[string][]string{" + String.join(", ", entries) + "}";
  }

  private static String quoted(List<String> values, String separator) {
    return String.join(separator, values.stream().map(GoQuote::quote).toList());
  }

  private static boolean applies(Mode mode, UserInfo wanted, UserInfo requester) {
    boolean onlyName =
        wanted.uid().isEmpty() && wanted.groups().isEmpty() && wanted.extra().isEmpty();
    boolean node = nodeName(wanted.name()) != null;
    boolean account = ServiceAccountName.parse(wanted.name()).isPresent();
    return switch (mode) {
      case ASSOCIATED_NODE ->
          onlyName
              && node
              && ServiceAccountName.parse(requester.name()).isPresent()
              && requester
                  .extra()
                  .getOrDefault(NODE_OF_POD, List.of())
                  .equals(List.of(wanted.name().substring(NODE_PREFIX.length())));
      case ARBITRARY_NODE -> onlyName && node;
      case SERVICE_ACCOUNT -> onlyName && account;
      case USER_INFO -> !node && !account;
      case LEGACY -> true;
    };
  }

  private UserInfo impersonated(
      Mode mode, UserInfo wanted, UserInfo requester, ApiRequest request) {
    UserInfo asker = requester;
    if (mode == Mode.ASSOCIATED_NODE) {
      // decided alike for all nodes: of the extras only which there are
      asker =
          new UserInfo(
              requester.name(),
              requester.uid(),
              requester.groups(),
              Map.of(
                  "authentication.kubernetes.io/associated-node-keys",
                  requester.extra().keySet().stream().sorted().toList()));
    }
    if (mode != Mode.LEGACY) {
      RequestInfo info = RequestInfo.of(request.method(), request.path(), request.query());
      RequestAttributes on =
          RequestAttributes.of(
              asker,
              info,
              request.query().get("fieldSelector"),
              request.query().get("labelSelector"));
      check(withVerb(on, "impersonate-on:" + mode.text + ":" + info.verb()));
    }
    List<String> groups = new ArrayList<>(wanted.groups());
    authorizeName(mode, asker, wanted, groups);
    if (!wanted.uid().isEmpty()) {
      check(attributes(asker, mode, GROUP, "", "uids", "", wanted.uid()));
    }
    authorizeGroups(mode, asker, wanted.groups());
    authorizeExtra(mode, asker, wanted.extra());
    if (wanted.name().equals(UserInfo.ANONYMOUS_NAME)) {
      addMissing(groups, UserInfo.UNAUTHENTICATED_GROUP);
    } else if (!groups.contains(UserInfo.UNAUTHENTICATED_GROUP)) {
      addMissing(groups, UserInfo.AUTHENTICATED_GROUP);
    }
    return new UserInfo(wanted.name(), wanted.uid(), groups, wanted.extra());
  }

  private void authorizeName(Mode mode, UserInfo asker, UserInfo wanted, List<String> groups) {
    String apiGroup = mode == Mode.LEGACY ? "" : GROUP;
    Optional<ServiceAccountName> account = ServiceAccountName.parse(wanted.name());
    if (account.isPresent()) {
      if (wanted.groups().isEmpty()) {
        groups.addAll(account.get().groups());
      }
      check(
          attributes(
              asker,
              mode,
              apiGroup,
              account.get().namespace(),
              "serviceaccounts",
              "",
              account.get().name()));
      return;
    }
    String node = nodeName(wanted.name());
    if (mode != Mode.LEGACY && node != null) {
      groups.add("system:nodes");
      String name = mode == Mode.ASSOCIATED_NODE ? "*" : node;
      check(attributes(asker, mode, apiGroup, "", "nodes", "", name));
      return;
    }
    check(attributes(asker, mode, apiGroup, "", "users", "", wanted.name()));
  }

  private void authorizeGroups(Mode mode, UserInfo asker, List<String> groups) {
    String apiGroup = mode == Mode.LEGACY ? "" : GROUP;
    if (mode != Mode.LEGACY) {
      if (groups.contains("")) {
        throw Refusals.forbidden(
            attributes(asker, mode, apiGroup, "", "groups", "", ""),
            "impersonating the empty string group is not allowed");
      }
      if (groups.contains(UserInfo.MASTERS_GROUP)) {
        throw Refusals.forbidden(
            attributes(asker, mode, apiGroup, "", "groups", "", UserInfo.MASTERS_GROUP),
            "impersonating the system:masters group is not allowed");
      }
      if (groups.size() >= 4 && allowed(attributes(asker, mode, apiGroup, "", "groups", "", "*"))) {
        return;
      }
    }
    groups.forEach(group -> check(attributes(asker, mode, apiGroup, "", "groups", "", group)));
  }

  private void authorizeExtra(Mode mode, UserInfo asker, Map<String, List<String>> extra) {
    if (mode != Mode.LEGACY) {
      extra.forEach((key, values) -> {
        if (key.isEmpty() || values.isEmpty() || values.contains("")) {
          String what =
              key.isEmpty()
                  ? "the empty string key"
                  : values.isEmpty() ? "empty values" : "the empty string value";
          throw Refusals.forbidden(
              attributes(asker, mode, GROUP, "", "userextras", "", ""),
              "impersonating " + what + " in extra is not allowed");
        }
      });
    }
    extra.forEach((key, values) ->
        values.forEach(
            value -> check(attributes(asker, mode, GROUP, "", "userextras", key, value))));
  }

  private static RequestAttributes attributes(
      UserInfo asker,
      Mode mode,
      String apiGroup,
      String namespace,
      String resource,
      String subresource,
      String name) {
    return new RequestAttributes(
        asker,
        mode.verb(),
        namespace,
        apiGroup,
        "v1",
        resource,
        subresource,
        name,
        true,
        "",
        "",
        "");
  }

  private static RequestAttributes withVerb(RequestAttributes of, String verb) {
    return new RequestAttributes(
        of.user(),
        verb,
        of.namespace(),
        of.apiGroup(),
        of.apiVersion(),
        of.resource(),
        of.subresource(),
        of.name(),
        of.isResourceRequest(),
        of.path(),
        of.fieldSelector(),
        of.labelSelector());
  }

  private boolean allowed(RequestAttributes attributes) {
    return authorizer.authorize(attributes).allowed();
  }

  private void check(RequestAttributes attributes) {
    Authorizer.Decision decision = authorizer.authorize(attributes);
    if (!decision.allowed()) {
      throw Refusals.forbidden(attributes, decision.reason());
    }
  }

  private static @Nullable String nodeName(String userName) {
    if (!userName.startsWith(NODE_PREFIX)) {
      return null;
    }
    String name = userName.substring(NODE_PREFIX.length());
    return name.length() <= 253 && NODE_NAME.matcher(name).matches() ? name : null;
  }

  private static void addMissing(List<String> groups, String group) {
    if (!groups.contains(group)) {
      groups.add(group);
    }
  }
}
