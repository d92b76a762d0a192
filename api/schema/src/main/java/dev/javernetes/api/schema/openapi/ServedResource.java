package dev.javernetes.api.schema.openapi;

import dev.javernetes.api.machinery.GroupVersionKind;
import java.util.List;

/**
 * A resource in one group and version, as the documents show it.
 *
 * @param plural {@code deployments}
 * @param type its schema's name: {@code io.k8s.api.apps.v1.Deployment}
 * @param listType the schema's name of its list; {@code ""} for what is not listed
 * @param verbs as discovery shows them
 * @param returnsDeleted whether a deletion answers with the object instead of a Status
 * @param custom whether it comes from a custom resource definition (no strategic merge, no
 *     protobuf)
 */
public record ServedResource(
    String plural,
    GroupVersionKind kind,
    boolean namespaced,
    String type,
    String listType,
    List<String> verbs,
    List<ServedSubresource> subresources,
    boolean returnsDeleted,
    boolean custom) {

  public ServedResource {
    verbs = List.copyOf(verbs);
    subresources = List.copyOf(subresources);
  }

  /**
   * A subresource.
   *
   * @param name {@code scale}
   * @param kind {@code autoscaling/v1, Kind=Scale}
   * @param type the schema's name of what is read and written; for a connection that of its options
   * @param style which methods it has and what they take
   */
  public record ServedSubresource(
      String name, GroupVersionKind kind, String type, List<String> verbs, Style style) {
    public ServedSubresource {
      verbs = List.copyOf(verbs);
    }
  }

  /** How a subresource is used. */
  public enum Style {
    /** Objects in and out, by the verbs: status, scale, eviction, token. */
    OBJECT,
    /** A text stream out: log. */
    TEXT,
    /** A connection by GET and POST: exec, attach, portforward. */
    STREAM,
    /** A connection by every method, with and without a path: proxy. */
    PROXY
  }
}
