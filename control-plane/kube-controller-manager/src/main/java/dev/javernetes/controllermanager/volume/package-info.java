/**
 * Persistent volumes: binding claims, making claims for ephemeral volumes, and protecting what is
 * in use. Uses the loop package and the client. Start reading at {@link
 * dev.javernetes.controllermanager.volume.VolumeMatch}.
 */
@NullMarked
package dev.javernetes.controllermanager.volume;

import org.jspecify.annotations.NullMarked;
