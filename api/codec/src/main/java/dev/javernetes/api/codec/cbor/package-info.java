/**
 * JSON trees as CBOR (RFC 8949) and back, as a Go API server's alpha {@code CBORServingAndStorage}
 * has them. Uses nothing but the tree. Start with {@link dev.javernetes.api.codec.cbor.CborReader}.
 */
@NullMarked
package dev.javernetes.api.codec.cbor;

import org.jspecify.annotations.NullMarked;
