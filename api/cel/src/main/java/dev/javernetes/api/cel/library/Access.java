package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.Opaque;
import org.jspecify.annotations.Nullable;

/** What expressions ask an authorizer; who answers is whoever evaluates them. */
public interface Access {

  /** What {@code authorizer} is: one user's rights. */
  interface Authorizer extends Opaque {
    /** {@code authorizer.path(path).check(verb)}. */
    Decision path(String path, String verb);

    /** {@code authorizer.group(…).resource(…).check(verb)}. */
    Decision resource(ResourceCheck check, String verb);

    Authorizer serviceAccount(String namespace, String name);

    @Override
    default String typeName() {
      return "kubernetes.authorization.Authorizer";
    }
  }

  /** {@code authorizer.path(…)}. */
  record PathCheck(Authorizer authorizer, String path) implements Opaque {
    @Override
    public String typeName() {
      return "kubernetes.authorization.PathCheck";
    }
  }

  /** {@code authorizer.group(…)}. */
  record GroupCheck(Authorizer authorizer, String group) implements Opaque {
    @Override
    public String typeName() {
      return "kubernetes.authorization.GroupCheck";
    }
  }

  /** {@code authorizer.group(…).resource(…)} and what is added to it. */
  record ResourceCheck(
      Authorizer authorizer,
      String group,
      String resource,
      String subresource,
      String namespace,
      String name,
      String fieldSelector,
      String labelSelector)
      implements Opaque {

    public ResourceCheck(Authorizer authorizer, String group, String resource) {
      this(authorizer, group, resource, "", "", "", "", "");
    }

    ResourceCheck with(String part, String value) {
      return new ResourceCheck(
          authorizer,
          group,
          resource,
          part.equals("subresource") ? value : subresource,
          part.equals("namespace") ? value : namespace,
          part.equals("name") ? value : name,
          part.equals("fieldSelector") ? value : fieldSelector,
          part.equals("labelSelector") ? value : labelSelector);
    }

    @Override
    public String typeName() {
      return "kubernetes.authorization.ResourceCheck";
    }
  }

  /** What the authorizer said. */
  record Decision(boolean allowed, String reason, @Nullable String error) implements Opaque {
    @Override
    public String typeName() {
      return "kubernetes.authorization.Decision";
    }
  }
}
