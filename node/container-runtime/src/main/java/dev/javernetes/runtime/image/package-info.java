/**
 * Images: references, the registry protocol, archives, and the store of unpacked layers. It may use
 * {@code linux} for ownership and attributes of files, nothing of pods. Start at {@link
 * dev.javernetes.runtime.image.ImageStore}.
 */
@NullMarked
package dev.javernetes.runtime.image;

import org.jspecify.annotations.NullMarked;
