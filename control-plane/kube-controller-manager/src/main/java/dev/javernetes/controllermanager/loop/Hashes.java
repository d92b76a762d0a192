package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Short names for contents: {@code web-7c9f8b5d4}. FNV-1a over canonical JSON, in upstream's
 * alphabet without vowels, so that no word comes out by chance.
 */
public final class Hashes {
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private Hashes() {}

  /** Differs for another template, and for another count of collisions. */
  public static String ofTemplate(PodTemplateSpec template, @Nullable Integer collisionCount) {
    return safe(Integer.toUnsignedString(of(template.toJson(), collisionCount)));
  }

  public static int of(@Nullable Object json, @Nullable Integer collisionCount) {
    int hash = 0x811c9dc5;
    for (byte b : Json.bytes(sorted(json))) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    if (collisionCount != null) {
      for (int i = 0; i < 4; i++) {
        hash = (hash ^ ((collisionCount >>> (8 * i)) & 0xff)) * 0x01000193;
      }
    }
    return hash;
  }

  /** Each character by its place in the alphabet, as upstream's SafeEncodeString. */
  public static String safe(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      out.append(ALPHABET.charAt(text.charAt(i) % ALPHABET.length()));
    }
    return out.toString();
  }

  /** FNV-1a of 32 bits over text. */
  public static int fnv32a(String text) {
    int hash = 0x811c9dc5;
    for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    return hash;
  }

  private static @Nullable Object sorted(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      JsonObject copy = new JsonObject();
      new TreeMap<>(object).forEach((name, member) -> copy.put(name, sorted(member)));
      return copy;
    }
    if (value instanceof java.util.List<?> list) {
      java.util.List<@Nullable Object> copy = new java.util.ArrayList<>(list.size());
      list.forEach(element -> copy.add(sorted(element)));
      return copy;
    }
    return value;
  }
}
