package dev.javernetes.kubelet.volume;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A volume that is set up.
 *
 * @param path on the node; for an image volume the runtime mounts it, and this is unused
 * @param readOnly whatever a container asks for
 * @param imageReference of an image volume, else null
 */
public record MountedVolume(Path path, boolean readOnly, @Nullable String imageReference) {}
