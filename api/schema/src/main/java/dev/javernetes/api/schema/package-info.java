/**
 * One schema model for built-in kinds (generated) and custom resources (parsed from their
 * definition). Pure; uses only the JSON tree. Start reading at {@link
 * dev.javernetes.api.schema.Schema}.
 */
@NullMarked
package dev.javernetes.api.schema;

import org.jspecify.annotations.NullMarked;
