/**
 * Priority classes: defaults and validation. Uses the rules that kinds share. Start reading at
 * {@link dev.javernetes.apiserver.strategy.scheduling.PriorityClassStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.scheduling;

import org.jspecify.annotations.NullMarked;
