/**
 * The patches that clients send: JSON patch (RFC 6902), JSON merge patch (RFC 7386) and strategic
 * merge patch. Pure functions over trees: a document and a patch in, a new document out. Start
 * reading at {@link dev.javernetes.api.codec.patch.JsonPatch}.
 */
@NullMarked
package dev.javernetes.api.codec.patch;

import org.jspecify.annotations.NullMarked;
