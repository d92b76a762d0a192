package dev.javernetes.client;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;

/** A change to send with PATCH: its media type and bytes. */
public record Patch(String contentType, byte[] body) {

  /** RFC 7386: a member that is {@code null} is taken away, lists are replaced. */
  public static Patch merge(JsonObject change) {
    return new Patch("application/merge-patch+json", Json.bytes(change));
  }

  /** Lists merge by their keys, as upstream's schema says; built-in kinds only. */
  public static Patch strategic(JsonObject change) {
    return new Patch("application/strategic-merge-patch+json", Json.bytes(change));
  }

  /** RFC 6902: a list of operations. */
  public static Patch json(List<JsonObject> operations) {
    return new Patch("application/json-patch+json", Json.bytes(operations));
  }

  /** Server-side apply of the fields that the caller owns; send it with a fieldManager. */
  public static Patch apply(JsonObject owned) {
    return new Patch("application/apply-patch+yaml", Json.bytes(owned));
  }
}
