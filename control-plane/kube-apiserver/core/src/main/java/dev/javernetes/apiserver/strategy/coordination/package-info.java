/**
 * Leases and their candidates: validation. Uses the rules that kinds share. Start reading at {@link
 * dev.javernetes.apiserver.strategy.coordination.CoordinationStrategies}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.coordination;

import org.jspecify.annotations.NullMarked;
