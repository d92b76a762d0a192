/**
 * What is particular to each built-in kind: defaults, validation, what an update may change. This
 * package holds the catalogue and the rules that many kinds share; the packages below hold a kind
 * or an idea per file. Pure functions over JSON trees. Start reading at {@link
 * dev.javernetes.apiserver.strategy.WorkloadStrategies}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy;

import org.jspecify.annotations.NullMarked;
