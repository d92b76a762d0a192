/**
 * The pod specification, wherever it occurs: defaults, validation, allowed updates, warnings. Uses
 * the shared rules of the package above. Start reading at {@link
 * dev.javernetes.apiserver.strategy.pod. in pods, in templates of workloads:PodSpecRules}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.pod;

import org.jspecify.annotations.NullMarked;
