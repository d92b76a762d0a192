package dev.javernetes.client;

import dev.javernetes.api.machinery.json.JsonObject;

/** Which object of a type: {@code default/web}; a cluster-scoped one has namespace {@code ""}. */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

  public static ObjectKey of(JsonObject object) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    return new ObjectKey(metadata.string("namespace"), metadata.string("name"));
  }

  @Override
  public int compareTo(ObjectKey other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
