/**
 * What a structural schema does to a value: it is read from a definition's OpenAPI, prunes, fills
 * in defaults and validates. Pure; uses the schema model and field errors. Start reading at {@link
 * dev.javernetes.api.schema.structural.StructuralSchemas}.
 */
@NullMarked
package dev.javernetes.api.schema.structural;

import org.jspecify.annotations.NullMarked;
