/**
 * The one error type of the runtime. It may use nothing. Start at {@link
 * dev.javernetes.runtime.failure.RuntimeFailure}.
 */
@NullMarked
package dev.javernetes.runtime.failure;

import org.jspecify.annotations.NullMarked;
