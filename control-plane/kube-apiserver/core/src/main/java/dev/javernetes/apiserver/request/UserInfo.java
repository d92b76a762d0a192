package dev.javernetes.apiserver.request;

import java.util.List;
import java.util.Map;

/**
 * Who asks: {@code UserInfo.of("jane", "system:authenticated")}.
 *
 * @param extra what the authenticator knows besides, such as {@code
 *     authentication.kubernetes.io/pod-name}
 */
public record UserInfo(
    String name, String uid, List<String> groups, Map<String, List<String>> extra) {

  public static final String ANONYMOUS_NAME = "system:anonymous";
  public static final String MASTERS_GROUP = "system:masters";
  public static final String AUTHENTICATED_GROUP = "system:authenticated";
  public static final String UNAUTHENTICATED_GROUP = "system:unauthenticated";

  /** Nobody in particular. */
  public static final UserInfo ANONYMOUS = of(ANONYMOUS_NAME, UNAUTHENTICATED_GROUP);

  /** The server itself, when it writes an object of its own. */
  public static final UserInfo API_SERVER = of("system:apiserver", MASTERS_GROUP);

  public UserInfo {
    groups = List.copyOf(groups);
    extra = Map.copyOf(extra);
  }

  public static UserInfo of(String name, String... groups) {
    return new UserInfo(name, "", List.of(groups), Map.of());
  }

  public boolean isIn(String group) {
    return groups.contains(group);
  }
}
