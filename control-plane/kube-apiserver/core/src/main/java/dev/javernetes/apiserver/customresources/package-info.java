/**
 * Custom resources: definitions become entries of the one registry, served by the same engine as
 * built-in kinds. Uses the registry, structural schemas and the engine's doors for adding and
 * removing resources. Start reading at {@link
 * dev.javernetes.apiserver.customresources.CustomResources}.
 */
@NullMarked
package dev.javernetes.apiserver.customresources;

import org.jspecify.annotations.NullMarked;
