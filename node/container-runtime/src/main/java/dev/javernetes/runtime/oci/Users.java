package dev.javernetes.runtime.oci;

import dev.javernetes.cri.v1.LinuxContainerSecurityContext;
import dev.javernetes.cri.v1.SupplementalGroupsPolicy;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a container runs as, from the pod, the image, and the image's own /etc/passwd and
 * /etc/group.
 *
 * <p>The image says {@code app}, its passwd has {@code app:x:1000:1000:…} and its group {@code
 * video:x:44:app}: uid 1000, gid 1000, groups 44 and 1000. {@code runAsUser} replaces the image's
 * user, {@code runAsGroup} the group; with the policy {@code Strict} only groups that the pod names
 * are added (KEP-3619).
 */
public final class Users {
  /** Of passwd and group files; a real one is a few kilobytes. */
  public static final int MAX_FILE_BYTES = 4 << 20;

  private final List<String[]> passwd;
  private final List<String[]> group;

  /** The contents of both files; empty where the image has none. */
  public Users(String passwd, String group) {
    this.passwd = lines(passwd, 4);
    this.group = lines(group, 4);
  }

  public record User(long uid, long gid, List<Long> groups) {
    public User {
      groups = List.copyOf(groups);
    }
  }

  public User resolve(LinuxContainerSecurityContext context, String imageUser) {
    String name = userName(context, imageUser);
    int colon = name.indexOf(':');
    String userPart = colon < 0 ? name : name.substring(0, colon);
    String groupPart = colon < 0 ? "" : name.substring(colon + 1);

    String[] entry = userPart.isEmpty() ? byId("0") : find(userPart);
    long uid;
    if (entry != null) {
      uid = id(entry[2], "uid");
    } else if (isNumber(userPart)) {
      uid = id(userPart, "uid");
    } else if (userPart.isEmpty()) {
      uid = 0;
    } else {
      throw RuntimeFailure.invalid("no user \"" + userPart + "\" in the image's /etc/passwd");
    }

    long gid = entry == null ? 0 : id(entry[3], "gid");
    if (context.hasRunAsGroup()) {
      gid = context.getRunAsGroup().getValue();
    } else if (!groupPart.isEmpty()) {
      gid = groupId(groupPart);
    }

    Set<Long> groups = new LinkedHashSet<>();
    groups.add(gid);
    if (entry != null && context.getSupplementalGroupsPolicy() == SupplementalGroupsPolicy.Merge) {
      groups.addAll(membership(entry[0]));
    }
    groups.addAll(context.getSupplementalGroupsList());
    return new User(uid, gid, List.copyOf(groups));
  }

  private static String userName(LinuxContainerSecurityContext context, String imageUser) {
    if (context.hasRunAsUser()) {
      return Long.toString(context.getRunAsUser().getValue());
    }
    if (!context.getRunAsUsername().isEmpty()) {
      return context.getRunAsUsername();
    }
    if (context.hasRunAsGroup() && imageUser.isEmpty()) {
      throw RuntimeFailure.invalid("runAsGroup is given without a user, and the image names none");
    }
    return imageUser;
  }

  private String @Nullable [] find(String nameOrId) {
    for (String[] entry : passwd) {
      if (entry[0].equals(nameOrId)) {
        return entry;
      }
    }
    return isNumber(nameOrId) ? byId(nameOrId) : null;
  }

  private String @Nullable [] byId(String uid) {
    for (String[] entry : passwd) {
      if (entry[2].equals(uid)) {
        return entry;
      }
    }
    return null;
  }

  private long groupId(String nameOrId) {
    for (String[] entry : group) {
      if (entry[0].equals(nameOrId)) {
        return id(entry[2], "gid");
      }
    }
    if (isNumber(nameOrId)) {
      return id(nameOrId, "gid");
    }
    throw RuntimeFailure.invalid("no group \"" + nameOrId + "\" in the image's /etc/group");
  }

  private List<Long> membership(String user) {
    List<Long> groups = new ArrayList<>();
    for (String[] entry : group) {
      if (List.of(entry[3].split(",")).contains(user)) {
        groups.add(id(entry[2], "gid"));
      }
    }
    return groups;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static long id(String text, String what) {
    if (!isNumber(text) || text.length() > 10 || Long.parseLong(text) > 0xffff_fffeL) {
      throw RuntimeFailure.invalid("not a " + what + ": \"" + text + "\"");
    }
    return Long.parseLong(text);
  }

  private static List<String[]> lines(String text, int fields) {
    List<String[]> lines = new ArrayList<>();
    for (String line : text.split("\n")) {
      String[] parts = line.strip().split(":", -1);
      if (parts.length >= fields && !line.startsWith("#")) {
        lines.add(parts);
      }
    }
    return lines;
  }
}
