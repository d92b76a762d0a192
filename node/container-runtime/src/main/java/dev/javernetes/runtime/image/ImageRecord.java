package dev.javernetes.runtime.image;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An image on this node. Its id is its config's digest, as everywhere in CRI; tags and repository
 * digests are names for it.
 *
 * <p>{@code sizeBytes} is that of the unpacked layers: what removing the image can free.
 */
public record ImageRecord(
    Digest id,
    SortedSet<String> tags,
    SortedSet<String> repoDigests,
    List<Digest> chainIds,
    long sizeBytes,
    boolean pinned) {

  public ImageRecord {
    tags = new TreeSet<>(tags);
    repoDigests = new TreeSet<>(repoDigests);
    chainIds = List.copyOf(chainIds);
  }

  /** Has this name, however it is written: a tag, a digest reference or an id. */
  boolean isNamed(ImageReference reference) {
    if (reference.digest() instanceof Digest digest) {
      return repoDigests.contains(reference.withDigest(digest).toString());
    }
    return tags.contains(reference.toString());
  }

  ImageRecord plus(ImageRecord other) {
    var allTags = new TreeSet<>(tags);
    allTags.addAll(other.tags);
    var allDigests = new TreeSet<>(repoDigests);
    allDigests.addAll(other.repoDigests);
    return new ImageRecord(id, allTags, allDigests, chainIds, sizeBytes, pinned || other.pinned);
  }

  ImageRecord withoutTags(SortedSet<String> gone) {
    var left = new TreeSet<>(tags);
    left.removeAll(gone);
    return new ImageRecord(id, left, repoDigests, chainIds, sizeBytes, pinned);
  }

  JsonObject toJson() {
    return JsonObject.of(
        "id",
        id.toString(),
        "tags",
        new ArrayList<Object>(tags),
        "repoDigests",
        new ArrayList<Object>(repoDigests),
        "chainIDs",
        new ArrayList<Object>(chainIds.stream().map(Digest::toString).toList()),
        "sizeBytes",
        sizeBytes,
        "pinned",
        pinned);
  }

  static ImageRecord of(JsonObject json) {
    return new ImageRecord(
        Digest.parse(json.string("id")),
        new TreeSet<>(json.strings("tags")),
        new TreeSet<>(json.strings("repoDigests")),
        json.strings("chainIDs").stream().map(Digest::parse).toList(),
        json.integer("sizeBytes"),
        json.bool("pinned"));
  }
}
