package dev.javernetes.kubelet.container;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image as a pod names it: {@code nginx}, {@code registry:5000/team/app:1.2}, {@code
 * app@sha256:…}. Without tag or digest it means {@code :latest}.
 *
 * @param registry where its credentials are looked up: {@code docker.io} if it names none
 * @param path within the registry, {@code library/nginx} for {@code nginx}
 */
public record ImageName(String full, String registry, String path, String tag, String digest) {
  // The grammar of distribution/reference, short: [host[:port]/]path[:tag][@digest]
  private static final Pattern GRAMMAR =
      Pattern.compile(
          "(?<name>[a-zA-Z0-9][a-zA-Z0-9._:\\[\\]-]*?(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)"
              + "(?::(?<tag>[\\w][\\w.-]{0,127}))?"
              + "(?:@(?<digest>[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,}))?");
  private static final Pattern COMPONENT =
      Pattern.compile(
          "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");

  public static ImageName parse(String image) throws InvalidImageNameException {
    Matcher matcher = GRAMMAR.matcher(image);
    if (!matcher.matches()) {
      throw new InvalidImageNameException(image);
    }
    String name = matcher.group("name");
    String tag = matcher.group("tag") == null ? "" : matcher.group("tag");
    String digest = matcher.group("digest") == null ? "" : matcher.group("digest");
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    boolean hasHost =
        slash > 0 && (first.contains(".") || first.contains(":") || first.equals("localhost"));
    String registry = hasHost ? first : "docker.io";
    String path = hasHost ? name.substring(slash + 1) : name;
    if (!COMPONENT.matcher(path).matches()) {
      throw new InvalidImageNameException(image);
    }
    if (!hasHost && slash < 0) {
      path = "library/" + path;
    }
    String full = image;
    if (tag.isEmpty() && digest.isEmpty()) {
      tag = "latest";
      full = image + ":latest";
    }
    return new ImageName(full, registry, path, tag, digest);
  }

  /** The text is not an image reference. */
  public static final class InvalidImageNameException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidImageNameException(String image) {
      super("couldn't parse image name \"" + image + "\": invalid reference format");
    }
  }
}
