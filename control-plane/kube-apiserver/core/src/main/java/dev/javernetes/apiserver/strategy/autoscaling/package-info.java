/**
 * Horizontal autoscalers: defaults, validation, allowed updates, warnings. Uses the shared rules of
 * the package above. Start reading at {@link
 * dev.javernetes.apiserver.strategy.autoscaling.HorizontalPodAutoscalerStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.autoscaling;

import org.jspecify.annotations.NullMarked;
