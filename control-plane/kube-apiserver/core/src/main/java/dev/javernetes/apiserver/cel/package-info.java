/**
 * The Common Expression Language as Kubernetes speaks it: over JSON trees, with Kubernetes' own
 * functions, and with cel-go's words for what went wrong.
 */
@NullMarked
package dev.javernetes.apiserver.cel;

import org.jspecify.annotations.NullMarked;
