/**
 * Runtime classes: validation. Uses the rules that kinds share. Start reading at {@link
 * dev.javernetes.apiserver.strategy.node.RuntimeClassStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.node;

import org.jspecify.annotations.NullMarked;
