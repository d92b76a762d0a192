/**
 * The vocabulary that every component shares: group-version-kind, group-version-resource and (in
 * the packages below) JSON trees, field paths and errors, Status. Pure: no socket, file, thread or
 * clock. Start reading at {@link dev.javernetes.api.machinery.GroupVersionKind}.
 */
@NullMarked
package dev.javernetes.api.machinery;

import org.jspecify.annotations.NullMarked;
