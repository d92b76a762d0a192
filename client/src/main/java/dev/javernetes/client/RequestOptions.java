package dev.javernetes.client;

import dev.javernetes.client.Transport.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be said with a verb beside the object: one record per verb, empty text is "not said".
 */
public final class RequestOptions {
  private RequestOptions() {}

  /**
   * What to list.
   *
   * @param resourceVersion {@code ""}: the newest; {@code "0"}: whatever the cache has
   * @param resourceVersionMatch {@code ""}, {@code Exact} or {@code NotOlderThan}
   * @param limit objects per page; 0 for all at once
   * @param continueToken of the page before
   */
  public record ListOptions(
      String labelSelector,
      String fieldSelector,
      String resourceVersion,
      String resourceVersionMatch,
      int limit,
      String continueToken) {

    public static final ListOptions ALL = new ListOptions("", "", "", "", 0, "");

    public static ListOptions labels(String selector) {
      return new ListOptions(selector, "", "", "", 0, "");
    }

    public static ListOptions fields(String selector) {
      return new ListOptions("", selector, "", "", 0, "");
    }

    public ListOptions atResourceVersion(String version) {
      return new ListOptions(
          labelSelector, fieldSelector, version, resourceVersionMatch, limit, continueToken);
    }

    public ListOptions page(int pageLimit, String token) {
      return new ListOptions(
          labelSelector, fieldSelector, resourceVersion, resourceVersionMatch, pageLimit, token);
    }

    List<Parameter> query() {
      List<Parameter> query = new ArrayList<>();
      add(query, "labelSelector", labelSelector);
      add(query, "fieldSelector", fieldSelector);
      add(query, "resourceVersion", resourceVersion);
      add(query, "resourceVersionMatch", resourceVersionMatch);
      add(query, "limit", limit == 0 ? "" : Integer.toString(limit));
      add(query, "continue", continueToken);
      return query;
    }
  }

  /**
   * What to watch.
   *
   * @param resourceVersion events after it; {@code ""} or {@code "0"}: the present objects first
   * @param sendInitialEvents KEP-3157: the present objects, then a bookmark with the annotation
   *     {@code k8s.io/initial-events-end}
   * @param timeoutSeconds after which the server ends the watch; 0 leaves that to the server
   */
  public record WatchOptions(
      String labelSelector,
      String fieldSelector,
      String resourceVersion,
      boolean allowBookmarks,
      boolean sendInitialEvents,
      int timeoutSeconds) {

    public static WatchOptions from(String resourceVersion) {
      return new WatchOptions("", "", resourceVersion, true, false, 0);
    }

    List<Parameter> query() {
      List<Parameter> query = new ArrayList<>();
      query.add(new Parameter("watch", "true"));
      add(query, "labelSelector", labelSelector);
      add(query, "fieldSelector", fieldSelector);
      add(query, "resourceVersion", resourceVersion);
      add(query, "allowWatchBookmarks", allowBookmarks ? "true" : "");
      if (sendInitialEvents) {
        add(query, "sendInitialEvents", "true");
        add(query, "resourceVersionMatch", "NotOlderThan");
      }
      add(query, "timeoutSeconds", timeoutSeconds == 0 ? "" : Integer.toString(timeoutSeconds));
      return query;
    }
  }

  /** How to create, update or patch; {@code force} is for apply only. */
  public record WriteOptions(
      String fieldManager, String fieldValidation, boolean dryRun, boolean force) {

    public static final WriteOptions NONE = new WriteOptions("", "", false, false);

    public static WriteOptions manager(String fieldManager) {
      return new WriteOptions(fieldManager, "", false, false);
    }

    List<Parameter> query() {
      List<Parameter> query = new ArrayList<>();
      add(query, "fieldManager", fieldManager);
      add(query, "fieldValidation", fieldValidation);
      add(query, "dryRun", dryRun ? "All" : "");
      add(query, "force", force ? "true" : "");
      return query;
    }
  }

  /**
   * How to delete.
   *
   * @param propagationPolicy {@code ""}, {@code Background}, {@code Foreground} or {@code Orphan}
   * @param uid and resourceVersion: preconditions, {@code ""} for none
   */
  public record DeleteOptions(
      @Nullable Integer gracePeriodSeconds,
      String propagationPolicy,
      String uid,
      String resourceVersion,
      boolean dryRun) {

    public static final DeleteOptions NONE = new DeleteOptions(null, "", "", "", false);
    public static final DeleteOptions BACKGROUND =
        new DeleteOptions(null, "Background", "", "", false);

    public static DeleteOptions uid(String uid) {
      return new DeleteOptions(null, "", uid, "", false);
    }

    public static DeleteOptions grace(int seconds) {
      return new DeleteOptions(seconds, "", "", "", false);
    }
  }

  private static void add(List<Parameter> query, String name, String value) {
    if (!value.isEmpty()) {
      query.add(new Parameter(name, value));
    }
  }
}
