/**
 * Types of expressions' variables: made from a schema, with the sizes that bound what expressions
 * may cost, and values seen through such a schema. Uses {@code value}. Start with {@link
 * dev.javernetes.api.cel.types.DeclaredType}.
 */
@NullMarked
package dev.javernetes.api.cel.types;

import org.jspecify.annotations.NullMarked;
