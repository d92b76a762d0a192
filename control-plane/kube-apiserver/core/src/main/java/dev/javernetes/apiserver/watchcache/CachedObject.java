package dev.javernetes.apiserver.watchcache;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.apiserver.registry.ServedVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One object as it is sent: encoded, in a version of its resource (the storage version but where
 * converting takes somebody else), without its first two members, so that
 * it fits behind every head: {@code {"kind":"Pod","apiVersion":"v1",} for GET and watch, a bare
 * brace as a list's item.
 *
 * <p>{@code body} is {@code "metadata":{"resourceVersion":"42","name":"web",…},"spec":{…}}} up to
 * and including the object's closing brace; the resource version always comes first.
 *
 * @param key behind the resource's prefix: {@code default/web}
 * @param fieldValues the values of the resource's selectable fields, in their order
 * @param protobuf the message, if it was asked for: see {@link #message}
 */
public record CachedObject(
    String key,
    String namespace,
    String name,
    long revision,
    ServedVersion version,
    byte[] body,
    Map<String, String> labels,
    List<String> fieldValues,
    EncodedOnce protobuf) {

  private static final byte[] METADATA =
      "\"metadata\":{\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);

  /** The body of a canonical stored form, given where its metadata's members start. */
  static byte[] body(byte[] stored, int metadataMembers, long revision) {
    byte[] number = Long.toString(revision).getBytes(StandardCharsets.US_ASCII);
    int rest = stored.length - metadataMembers;
    boolean empty = stored[metadataMembers] == '}';
    int separator = empty ? 1 : 2;
    byte[] body = new byte[METADATA.length + number.length + separator + rest];
    System.arraycopy(METADATA, 0, body, 0, METADATA.length);
    int at = METADATA.length;
    System.arraycopy(number, 0, body, at, number.length);
    at += number.length;
    body[at++] = '"';
    if (!empty) {
      body[at++] = ',';
    }
    System.arraycopy(stored, metadataMembers, body, at, rest);
    return body;
  }

  /** The same object with another resource version: how a deletion is told. */
  CachedObject withRevision(long newRevision) {
    int members = METADATA.length;
    while (body[members] != '"') {
      members++;
    }
    members++;
    if (body[members] == ',') {
      members++;
    }
    return new CachedObject(
        key,
        namespace,
        name,
        newRevision,
        version,
        body(body, members, newRevision),
        labels,
        fieldValues,
        new EncodedOnce());
  }

  /** What stands before {@link #body}. */
  public static byte[] head(ServedVersion version) {
    return ("{\"kind\":\""
            + version.kind().kind()
            + "\",\"apiVersion\":\""
            + version.kind().apiVersion()
            + "\",")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The object as a protobuf message, without its kind; {@code encode} makes it. */
  public byte[] message(Function<JsonObject, byte[]> encode) {
    return protobuf.get(() -> encode.apply(tree()));
  }

  /** The whole object, parsed: the caller's own. */
  public JsonObject tree() {
    byte[] head = head(version);
    byte[] whole = new byte[head.length + body.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    try {
      return Json.parseObject(whole);
    } catch (JsonSyntaxException impossible) {
      throw new IllegalStateException("cached object " + key + " is no JSON", impossible);
    }
  }
}
