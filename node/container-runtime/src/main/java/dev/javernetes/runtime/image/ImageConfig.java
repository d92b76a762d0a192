package dev.javernetes.runtime.image;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.runtime.failure.RuntimeFailure;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an image says about the containers made of it, and the uncompressed layers that it is made
 * of ({@code rootfs.diff_ids}).
 */
public record ImageConfig(
    Manifests.Platform platform,
    String user,
    List<String> environment,
    List<String> entrypoint,
    List<String> command,
    String workingDirectory,
    Set<String> volumes,
    String stopSignal,
    Map<String, String> labels,
    List<Digest> diffIds) {

  public ImageConfig {
    environment = List.copyOf(environment);
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
    volumes = Set.copyOf(volumes);
    labels = Map.copyOf(labels);
    diffIds = List.copyOf(diffIds);
  }

  public static ImageConfig parse(byte[] bytes) {
    JsonObject json = Manifests.object(bytes, "config");
    JsonObject config = json.objectOrEmpty("config");
    JsonObject rootfs = json.objectOrEmpty("rootfs");
    if (!rootfs.string("type").equals("layers")) {
      throw RuntimeFailure.invalid("the image's config lists no layers: not a container image");
    }
    return new ImageConfig(
        new Manifests.Platform(
            json.string("os"), json.string("architecture"), json.string("variant")),
        config.string("User"),
        config.strings("Env"),
        config.strings("Entrypoint"),
        config.strings("Cmd"),
        config.string("WorkingDir"),
        config.objectOrEmpty("Volumes").keySet(),
        config.string("StopSignal"),
        config.stringMap("Labels"),
        rootfs.strings("diff_ids").stream().map(Digest::parse).toList());
  }
}
