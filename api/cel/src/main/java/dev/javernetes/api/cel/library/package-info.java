/**
 * The functions of expressions: CEL's own operators and extensions, and those that Kubernetes adds
 * (lists, regex, URLs, IPs, CIDRs, quantities, formats, semantic versions, the authorizer). Each
 * library declares its overloads with their types and what they do in one place. Start with {@link
 * dev.javernetes.api.cel.library.Libraries}.
 */
@NullMarked
package dev.javernetes.api.cel.library;

import org.jspecify.annotations.NullMarked;
