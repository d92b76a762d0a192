package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.request.FrameSource.Frame;
import dev.javernetes.apiserver.watchcache.CacheEvent;
import dev.javernetes.apiserver.watchcache.CachedObject;
import dev.javernetes.apiserver.watchcache.EventEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes watch events. Plain JSON in the stored version is the cached bytes between two constants;
 * other formats are encoded once per event and kept with it.
 */
final class WatchEncoder implements EventEncoder {
  private static final byte[] CLOSE = "}\n".getBytes(StandardCharsets.US_ASCII);

  /** What makes two encodings equal. */
  private record Key(
      ServedVersion version,
      ObjectCodec.Format format,
      ResponseFormat.Transform transform,
      String includeObject,
      CacheEvent.Type type,
      boolean firstRow,
      CachedObject object) {}

  private final RequestScope scope;
  private final ResponseFormat format;
  private final ObjectCodec codec;
  private final boolean plain;
  private final Map<CacheEvent.Type, byte[]> opens = new EnumMap<>(CacheEvent.Type.class);
  private boolean rowSent;

  WatchEncoder(RequestScope scope, ResponseFormat format, ObjectCodec codec) {
    this.scope = scope;
    this.format = format;
    this.codec = codec;
    this.plain = Responder.isPlain(format);
    String head = new String(CachedObject.head(scope.requested()), StandardCharsets.UTF_8);
    for (CacheEvent.Type type : CacheEvent.Type.values()) {
      opens.put(
          type, ("{\"type\":\"" + type + "\",\"object\":" + head).getBytes(StandardCharsets.UTF_8));
    }
  }

  String contentType() {
    return switch (format.format()) {
      case JSON -> "application/json";
      case YAML -> "application/yaml;stream=watch";
      case PROTOBUF -> "application/vnd.kubernetes.protobuf;stream=watch";
      case CBOR -> ObjectCodec.CBOR_SEQUENCE;
    };
  }

  @Override
  public Object key() {
    return format;
  }

  @Override
  public Frame encode(CacheEvent.Type type, CachedObject object, @Nullable CacheEvent shared) {
    if (plain && object.version() == scope.requested()) {
      byte[] open = opens.get(type);
      return new Frame(new byte[][] {open, object.body(), CLOSE});
    }
    boolean firstRow = !rowSent;
    rowSent = true;
    if (shared == null) {
      return new Frame(new byte[][] {event(type.name(), shape(object, firstRow))});
    }
    Key key =
        new Key(
            scope.requested(),
            format.format(),
            format.transform(),
            format.includeObject() + format.metaVersion(),
            type,
            firstRow && format.transform() == ResponseFormat.Transform.TABLE,
            object);
    byte[] encoded = shared.encoding(key, () -> event(type.name(), shape(object, key.firstRow())));
    return new Frame(new byte[][] {encoded});
  }

  private JsonObject shape(CachedObject object, boolean firstRow) {
    JsonObject tree = Responder.convert(object.tree(), scope);
    return switch (format.transform()) {
      case NONE -> tree;
      case TABLE ->
          format.inMetaVersion(Responder.rows(scope, tree, format, scope.now(), firstRow));
      case PARTIAL, PARTIAL_LIST -> format.inMetaVersion(Responder.partial(tree));
    };
  }

  @Override
  public Frame bookmark(long revision, boolean endOfInitialEvents) {
    JsonObject metadata = JsonObject.of("resourceVersion", Long.toString(revision));
    if (endOfInitialEvents) {
      metadata.put("annotations", JsonObject.of("k8s.io/initial-events-end", "true"));
    }
    JsonObject object =
        JsonObject.of(
            "kind",
            scope.requested().kind().kind(),
            "apiVersion",
            scope.requested().kind().apiVersion(),
            "metadata",
            metadata);
    JsonObject normal =
        scope.definition().custom() ? object : codec.normalOrSame(object, scope.requested());
    JsonObject shown =
        switch (format.transform()) {
          case NONE -> normal;
          case TABLE -> {
            JsonObject table =
                Tables.table(
                    scope.requested().columns(),
                    List.of(),
                    new JsonObject(metadata),
                    format.includeObject(),
                    scope.now());
            if (rowSent) {
              table.put("columnDefinitions", null);
            }
            table.ensureArray("rows").add(JsonObject.of("cells", null, "object", normal));
            yield table;
          }
          case PARTIAL, PARTIAL_LIST -> Responder.partial(object);
        };
    return new Frame(new byte[][] {event("BOOKMARK", format.inMetaVersion(shown))});
  }

  @Override
  public Frame error(JsonObject status) {
    return new Frame(new byte[][] {event("ERROR", status)});
  }

  private byte[] event(String type, JsonObject object) {
    return codec.encodeEvent(type, object, format.format());
  }
}
