/**
 * What a CustomResourceDefinition must satisfy: names, versions, schemas, conversion, subresources.
 * Pure functions on the definition's tree; uses structural schemas and the rules of webhook
 * clients. Start reading at {@link
 * dev.javernetes.apiserver.customresources.definition.DefinitionRules}.
 */
@NullMarked
package dev.javernetes.apiserver.customresources.definition;

import org.jspecify.annotations.NullMarked;
