/**
 * Events, in both of their groups: validation. Uses the rules that kinds share. Start reading at
 * {@link dev.javernetes.apiserver.strategy.events.EventStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.events;

import org.jspecify.annotations.NullMarked;
