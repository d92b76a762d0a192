/**
 * What all generated records share, and the generated schemas. Uses the JSON tree and the schema
 * model. Start reading at {@link dev.javernetes.api.model.KubernetesObject} and {@link
 * dev.javernetes.api.model.BuiltInSchemas}; the records are below {@code target/generated-sources}.
 */
@NullMarked
package dev.javernetes.api.model;

import org.jspecify.annotations.NullMarked;
