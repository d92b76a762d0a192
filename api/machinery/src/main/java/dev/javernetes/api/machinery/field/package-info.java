/**
 * Field paths and the errors of validation, worded as upstream words them. Uses only the JSON tree.
 * Start reading at {@link dev.javernetes.api.machinery.field.ErrorList}.
 */
@NullMarked
package dev.javernetes.api.machinery.field;

import org.jspecify.annotations.NullMarked;
