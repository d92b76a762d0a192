package dev.javernetes.runtime.image;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image, in the long form that registries use.
 *
 * <pre>
 * busybox                        docker.io/library/busybox:latest
 * localhost/demo                 localhost/demo:latest
 * ghcr.io/acme/web:1.2           as it is
 * quay.io/acme/web@sha256:ab…    no tag: the digest alone names it
 * </pre>
 *
 * The first component is a host if it has a dot or a colon or is {@code localhost}, see
 * distribution's reference grammar.
 */
public record ImageReference(
    String registry, String repository, @Nullable String tag, @Nullable Digest digest) {
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:]+])(?::[0-9]+)?");
  private static final Pattern COMPONENT =
      Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final int MAX_NAME = 255;

  public ImageReference {
    if (!REGISTRY.matcher(registry).matches()) {
      throw new IllegalArgumentException("invalid registry name: " + registry);
    }
    if (repository.isEmpty() || repository.length() > MAX_NAME) {
      throw new IllegalArgumentException("invalid repository name: " + repository);
    }
    for (String component : repository.split("/", -1)) {
      if (!COMPONENT.matcher(component).matches()) {
        throw new IllegalArgumentException("invalid repository name: " + repository);
      }
    }
    if (tag != null && !TAG.matcher(tag).matches()) {
      throw new IllegalArgumentException("invalid tag: " + tag);
    }
    if (tag == null && digest == null) {
      throw new IllegalArgumentException("an image reference needs a tag or a digest");
    }
  }

  public static ImageReference parse(String text) {
    String rest = text;
    Digest digest = null;
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Digest.parse(rest.substring(at + 1));
      rest = rest.substring(0, at);
    }
    String tag = null;
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
    }
    int slash = rest.indexOf('/');
    String first = slash < 0 ? "" : rest.substring(0, slash);
    boolean host = first.equals("localhost") || first.indexOf('.') >= 0 || first.indexOf(':') >= 0;
    String registry = host ? first : "docker.io";
    String repository = host ? rest.substring(slash + 1) : rest;
    if (registry.equals("index.docker.io")) {
      registry = "docker.io";
    }
    if (registry.equals("docker.io") && repository.indexOf('/') < 0) {
      repository = "library/" + repository;
    }
    if (tag == null && digest == null) {
      tag = "latest";
    }
    return new ImageReference(registry, repository, tag, digest);
  }

  /** Where the registry's API is served: Docker Hub's is not at its name. */
  public String apiHost() {
    return registry.equals("docker.io") ? "registry-1.docker.io" : registry;
  }

  /** Registry and repository: {@code docker.io/library/busybox}. */
  public String name() {
    return registry + "/" + repository;
  }

  /** What a manifest is asked for by. */
  public String selector() {
    return digest != null ? digest.toString() : String.valueOf(tag);
  }

  public ImageReference withDigest(Digest value) {
    return new ImageReference(registry, repository, null, value);
  }

  @Override
  public String toString() {
    return name() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }
}
