/**
 * Field ownership and server-side apply: who wrote which field ({@code metadata.managedFields}),
 * what an applier may change, and what disappears when it stops mentioning it. Pure; uses the JSON
 * tree and the schema. Start reading at {@link dev.javernetes.api.codec.apply.FieldManager}.
 */
@NullMarked
package dev.javernetes.api.codec.apply;

import org.jspecify.annotations.NullMarked;
