package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The versions of a resource, as ownership needs them: managers may have spoken another version
 * than the request's.
 */
public interface ObjectVersions {

  /**
   * The schema of the object in that {@code apiVersion}; {@code null} if it is no longer served.
   */
  @Nullable Schema schema(String apiVersion);

  /**
   * The object in another version; the same one if it is already in it. Never called with a version
   * that has no schema. The argument must not be changed.
   */
  JsonObject convert(JsonObject object, String apiVersion);

  /** A resource of one version only. */
  static ObjectVersions single(String apiVersion, Schema schema) {
    return new ObjectVersions() {
      @Override
      public @Nullable Schema schema(String version) {
        return version.equals(apiVersion) ? schema : null;
      }

      @Override
      public JsonObject convert(JsonObject object, String version) {
        return object;
      }
    };
  }
}
