/**
 * From a request's bytes to an object's tree, with upstream's judgement of every byte: what Go's
 * decoder refuses, drops, merges or rewrites, and the words it uses. Uses the JSON tree and the
 * schema. Start reading at {@link dev.javernetes.api.codec.decode.TypedDecoder}.
 */
@NullMarked
package dev.javernetes.api.codec.decode;

import org.jspecify.annotations.NullMarked;
