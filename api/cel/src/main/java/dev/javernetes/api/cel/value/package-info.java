/**
 * What expressions compute with: JSON trees as they are (but {@link
 * dev.javernetes.api.cel.value.NullValue} for {@code null}), times, bytes, optionals, and values of
 * libraries. Uses {@code api/machinery}. Start with {@link dev.javernetes.api.cel.value.Values}.
 */
@NullMarked
package dev.javernetes.api.cel.value;

import org.jspecify.annotations.NullMarked;
