/**
 * OpenAPI v2 and v3 documents, made from schemas and a description of the served resources. Pure;
 * uses the schema model and the JSON tree. Start reading at {@link
 * dev.javernetes.api.schema.openapi.OpenApi}.
 */
@NullMarked
package dev.javernetes.api.schema.openapi;

import org.jspecify.annotations.NullMarked;
