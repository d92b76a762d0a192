/**
 * Objects inside of custom objects ({@code x-kubernetes-embedded-resource}): their metadata is read
 * and checked as any object's. Uses the codec, structural schemas and the rules of object metadata.
 * Start reading at {@link dev.javernetes.apiserver.customresources.embedded.EmbeddedObjects}.
 */
@NullMarked
package dev.javernetes.apiserver.customresources.embedded;

import org.jspecify.annotations.NullMarked;
