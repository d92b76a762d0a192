package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.FrameSource;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.watchcache.CacheWatch;
import dev.javernetes.apiserver.watchcache.CachedObject;
import dev.javernetes.apiserver.watchcache.ObjectFilter;
import dev.javernetes.apiserver.watchcache.ResourceCache;
import dev.javernetes.apiserver.watchcache.StoreFeed;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * GET, LIST and WATCH. Everything but a list at an old revision is answered by the watch cache; a
 * read that asks for the newest state first lets the cache catch up with the store (KEP-2340).
 */
final class ObjectReads {
  private static final long CATCH_UP_MILLIS = 3_000;
  private static final long NEWEST_MILLIS = 100;
  private static final int STORE_PAGE = 500;

  private final StoreFeed feed;
  private final Store store;
  private final Responder responder;
  private final ObjectCodec codec;
  private final WatchTimer timer;
  private final Executor threads;

  ObjectReads(
      StoreFeed feed,
      Store store,
      Responder responder,
      ObjectCodec codec,
      WatchTimer timer,
      Executor threads) {
    this.feed = feed;
    this.store = store;
    this.responder = responder;
    this.codec = codec;
    this.timer = timer;
    this.threads = threads;
  }

  ApiResponse get(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    freshEnough(scope.query().get("resourceVersion"));
    CachedObject object = cacheOf(scope).get(scope.namespace(), scope.name());
    if (object == null) {
      throw ApiException.notFound(scope.groupResource(), scope.name());
    }
    return responder.cached(object, scope, format);
  }

  ApiResponse list(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    Page page = page(scope, ListOptions.parse(scope, false));
    return responder.list(page.objects, page.metadata, scope, format);
  }

  /** What a list shows, whole or the part of it that was asked for. */
  record Page(List<CachedObject> objects, JsonObject metadata) {}

  Page page(RequestScope scope, ListOptions options) {
    if (!options.continueToken().isEmpty()) {
      if (!options.resourceVersion().isEmpty() && !options.resourceVersion().equals("0")) {
        throw ApiException.badRequest(
            "specifying resource version is not allowed when using continue");
      }
      ContinueToken token = ContinueToken.decode(options.continueToken());
      return listStored(scope, options, token.revision(), token.start());
    }
    if (options.atExactVersion()) {
      return listStored(scope, options, revision(options.resourceVersion()), "");
    }
    freshEnough(options.resourceVersion());
    ResourceCache.Snapshot snapshot =
        cacheOf(scope).list(options.filter(), Math.toIntExact(Math.min(options.limit(), 1 << 30)));
    return page(
        scope,
        options,
        snapshot.objects(),
        snapshot.revision(),
        snapshot.beyondLimit() > 0,
        snapshot.beyondLimit());
  }

  private static Page page(
      RequestScope scope,
      ListOptions options,
      List<CachedObject> objects,
      long revision,
      boolean more,
      long remaining) {
    JsonObject metadata = JsonObject.of("resourceVersion", Long.toString(revision));
    if (more) {
      String key = objects.getLast().key();
      String namespace = options.filter().namespace();
      String start =
          namespace.isEmpty() || !scope.definition().namespaced()
              ? key
              : key.substring(namespace.length() + 1);
      metadata.put("continue", new ContinueToken(revision, start + "\0").encode());
      // with a selector nobody knows how many of the rest would match, as upstream has it
      if (remaining > 0
          && options.filter().labels().isEverything()
          && options.filter().fields().isEverything()) {
        metadata.put("remainingItemCount", remaining);
      }
    }
    return new Page(objects, metadata);
  }

  /** A list as things were at a revision, read from the store's history. */
  private Page listStored(RequestScope scope, ListOptions options, long revision, String start) {
    String prefix = scope.definition().keyPrefix(options.filter().namespace());
    Bytes from = Bytes.utf8(prefix + start);
    Bytes end = Bytes.utf8(prefix).prefixEnd();
    ResourceCache cache = cacheOf(scope);
    List<CachedObject> found = new ArrayList<>();
    long at = revision;
    if (revision < 0) {
      at = store.revision();
    } else if (revision > store.revision()) {
      throw tooLarge(revision);
    }
    long remaining = 0;
    boolean more = false;
    try {
      while (true) {
        RangeResult page =
            store.range(
                RangeRequest.of(new KeyRange(from, end)).withRevision(at).withLimit(STORE_PAGE));
        int taken = 0;
        for (KeyValue kv : page.kvs()) {
          taken++;
          CachedObject object = cache.form().read(kv);
          if (!options.filter().matches(object)) {
            continue;
          }
          found.add(object);
          if (options.limit() > 0 && found.size() >= options.limit()) {
            break;
          }
        }
        boolean full = options.limit() > 0 && found.size() >= options.limit();
        remaining = page.count() - taken;
        if (full || !page.more()) {
          more = full && remaining > 0;
          break;
        }
        from = page.kvs().getLast().key().successor();
      }
    } catch (StoreException problem) {
      if (problem.reason() == StoreException.Reason.COMPACTED) {
        throw expired(start);
      }
      throw problem;
    }
    return page(scope, options, found, at, more, remaining);
  }

  ApiResponse watch(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    ListOptions options = ListOptions.parse(scope, true);
    if (format.format() == ObjectCodec.Format.YAML) {
      throw ObjectCodec.notAcceptable(codec.streams());
    }
    ResourceCache cache = cacheOf(scope);
    ObjectFilter filter = options.filter();
    String asked = options.resourceVersion();
    WatchEncoder encoder = new WatchEncoder(scope, format, codec);
    long revision = asked.isEmpty() ? 0 : watchRevision(asked);
    boolean initial = Boolean.TRUE.equals(options.sendInitialEvents());
    CacheWatch watch;
    if (options.sendInitialEvents() != null) {
      freshEnough(asked);
      watch =
          cache.watch(
              filter,
              initial ? -1 : revision == 0 ? feed.revision() : revision,
              encoder,
              initial && options.allowWatchBookmarks());
    } else {
      if (asked.isEmpty()) {
        feed.catchUp(CATCH_UP_MILLIS);
      }
      watch = cache.watch(filter, revision == 0 ? -1 : revision, encoder, false);
    }
    if (format.transform() == ResponseFormat.Transform.PARTIAL_LIST) {
      watch.close(); // an event is no list: there is nothing to send
    }
    timer.start(watch, options.timeoutSeconds(), options.allowWatchBookmarks(), feed::revision);
    FrameSource frames =
        scope.definition().conversion().isRemote()
            ? new ConvertedWatch(watch, encoder::error, threads)
            : watch;
    return new ApiResponse(
        200, Headers.of("Content-Type", encoder.contentType()), new ApiResponse.Frames(frames));
  }

  /** Lets the cache become as fresh as the client asked. */
  private void freshEnough(String resourceVersion) {
    if (resourceVersion.equals("0")) {
      return;
    }
    if (resourceVersion.isEmpty()) {
      if (!feed.catchUp(CATCH_UP_MILLIS)) {
        throw ApiException.retryLater(
            StatusReason.TIMEOUT, "the watch cache has not caught up with the store", 1);
      }
      return;
    }
    long wanted = revision(resourceVersion);
    if (wanted > feed.revision() && wanted > store.revision() + 1_000
        || !feed.await(wanted, CATCH_UP_MILLIS)) {
      throw tooLarge(wanted);
    }
    // "not older than" is kept already; a client that has just written hopes to see its write
    feed.await(store.revision(), NEWEST_MILLIS);
  }

  private ApiException tooLarge(long wanted) {
    String message = "Too large resource version: " + wanted + ", current: " + feed.revision();
    return new ApiException(
        ApiException.status(
            StatusReason.TIMEOUT,
            "Timeout: " + message,
            JsonObject.of(
                "causes",
                new ArrayList<Object>(
                    List.of(
                        JsonObject.of(
                            "reason",
                            "ResourceVersionTooLarge",
                            "message",
                            "Too large resource version"))),
                "retryAfterSeconds",
                1L)));
  }

  /** A client that was at a later page may go on from there, as things are now. */
  private static ApiException expired(String start) {
    if (start.isEmpty()) {
      return ApiException.of(
          StatusReason.EXPIRED, "The resourceVersion for the provided list is too old.");
    }
    JsonObject status =
        ApiException.status(
            StatusReason.EXPIRED,
            "The provided continue parameter is too old to display a consistent list result. You"
                + " can start a new list without the continue parameter, or use the continue token"
                + " in this response to retrieve the remainder of the results. Continuing with the"
                + " provided token results in an inconsistent list - objects that were created,"
                + " modified, or deleted between the time the first chunk was returned and now may"
                + " show up in the list.",
            null);
    status.put(
        "metadata",
        JsonObject.of("continue", new ContinueToken(ContinueToken.AS_NOW, start).encode()));
    return new ApiException(status);
  }

  private static long revision(String text) {
    Long parsed = unsigned(text);
    if (parsed == null) {
      throw ApiException.badRequest(
          "invalid resource version: resourceVersion: Invalid value: "
              + GoQuote.quote(text)
              + ": "
              + parseError(text));
    }
    return parsed;
  }

  private static long watchRevision(String text) {
    Long parsed = unsigned(text);
    if (parsed == null) {
      JsonObject status =
          ApiException.status(
              StatusReason.UNKNOWN,
              "resourceVersion: Invalid value: " + GoQuote.quote(text) + ": " + parseError(text),
              null);
      throw new ApiException(status);
    }
    return parsed;
  }

  private static @Nullable Long unsigned(String text) {
    try {
      return text.startsWith("-") || text.startsWith("+") ? null : (Long) Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  private static String parseError(String text) {
    return "strconv.ParseUint: parsing " + GoQuote.quote(text) + ": invalid syntax";
  }

  /** Upstream refuses such names before it looks. */
  static void checkName(RequestScope scope) {
    for (String problem : NameFormats.pathSegment(scope.name())) {
      throw ApiException.badRequest(
          "Name parameter invalid: " + GoQuote.quote(scope.name()) + ": " + problem);
    }
  }

  private ResourceCache cacheOf(RequestScope scope) {
    ResourceCache cache = feed.cache(scope.definition());
    if (cache == null) {
      throw ApiException.of(
          StatusReason.NOT_FOUND, "the server could not find the requested resource");
    }
    return cache;
  }
}
