/**
 * The other kinds of the core group: defaults, validation, allowed updates, warnings. Uses the
 * shared rules of the package above. Start reading at {@link
 * dev.javernetes.apiserver.strategy.core.ConfigMapStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.core;

import org.jspecify.annotations.NullMarked;
