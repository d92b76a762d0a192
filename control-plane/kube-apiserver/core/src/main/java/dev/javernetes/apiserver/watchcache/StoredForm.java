package dev.javernetes.apiserver.watchcache;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.etcd.mvcc.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How objects of one resource stand in the store: canonical JSON, {@code
 * {"kind":"Pod","apiVersion":"v1","metadata":{…},…}} without a resource version. What others wrote
 * in another order, another version or in protobuf is read as well and brought into that form; only
 * what a remote conversion would have to convert stays in the version in which it was stored.
 */
public final class StoredForm {
  private static final byte[] PROTOBUF_MAGIC = {'k', '8', 's', 0};

  /** Decodes upstream's protobuf envelope; {@code IllegalArgumentException} if it cannot. */
  @FunctionalInterface
  public interface ProtobufDecoder {
    JsonObject decode(byte[] stored);
  }

  private final ResourceDefinition definition;
  private final ServedVersion storage;
  private final byte[] prefix;
  private final ObjectScanner scanner;
  private final ProtobufDecoder protobuf;

  public StoredForm(ResourceDefinition definition, ProtobufDecoder protobuf) {
    this.definition = definition;
    this.storage = definition.storageVersion();
    this.protobuf = protobuf;
    this.scanner = new ObjectScanner(definition.scannedFields());
    this.prefix = prefix(storage);
  }

  /** The bytes to store; the tree (in the storage version) is left as it is. */
  public static byte[] encode(JsonObject object) {
    JsonObject ordered = new JsonObject();
    ordered.put("kind", object.get("kind"));
    ordered.put("apiVersion", object.get("apiVersion"));
    JsonObject metadata = new JsonObject(object.objectOrEmpty("metadata"));
    metadata.remove("resourceVersion");
    metadata.remove("selfLink");
    ordered.put("metadata", metadata);
    object.forEach(ordered::putIfAbsent);
    return Json.bytes(ordered);
  }

  public CachedObject read(KeyValue kv) {
    return read(kv.key().toUtf8(), kv.value().array(), kv.modRevision());
  }

  public CachedObject read(String fullKey, byte[] stored, long revision) {
    byte[] canonical = stored;
    ServedVersion version = storage;
    int members = prefix.length;
    if (definition.custom() || !startsWith(canonical, prefix)) {
      JsonObject object = normalise(stored);
      canonical = encode(object);
      ServedVersion own = definition.versionOf(object);
      if (own != null && own != storage) {
        version = own;
        members = prefix(own).length;
      }
    }
    ObjectScanner.Found found = scanner.scan(canonical);
    return new CachedObject(
        fullKey.substring(definition.storagePrefix().length()),
        found.namespace(),
        found.name(),
        revision,
        version,
        CachedObject.body(canonical, members, revision),
        found.labels(),
        found.fieldValues(),
        new EncodedOnce());
  }

  private static byte[] prefix(ServedVersion version) {
    return (new String(CachedObject.head(version), StandardCharsets.UTF_8) + "\"metadata\":{")
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The object, in the storage version if it could be converted here, with its resource version.
   */
  public JsonObject tree(byte[] stored, long revision) {
    JsonObject object = normalise(stored);
    object.ensureObject("metadata").put("resourceVersion", Long.toString(revision));
    return object;
  }

  private JsonObject normalise(byte[] stored) {
    JsonObject object =
        startsWith(stored, PROTOBUF_MAGIC) ? protobuf.decode(stored) : parse(stored);
    ServedVersion from = definition.versionOf(object);
    if (definition.custom()) {
      // those of the version in which it was stored, as upstream has it
      definition.strategy().applyDefaults(object);
    }
    if (from != null && from != storage && !definition.conversion().isRemote()) {
      object = definition.conversion().convert(object, from, storage);
    }
    return object;
  }

  private static JsonObject parse(byte[] stored) {
    try {
      return Json.parseObject(stored);
    } catch (JsonSyntaxException problem) {
      throw new IllegalArgumentException(
          "stored object is neither JSON nor protobuf: " + problem.getMessage(), problem);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
