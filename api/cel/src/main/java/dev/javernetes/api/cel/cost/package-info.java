/**
 * Estimates what a checked expression costs at worst, from the sizes that its variables may have:
 * by this a rule of a CustomResourceDefinition is accepted or refused, so that the numbers are
 * those of cel-go and upstream. Uses {@code types}. Start with {@link
 * dev.javernetes.api.cel.cost.CostEstimate}.
 */
@NullMarked
package dev.javernetes.api.cel.cost;

import org.jspecify.annotations.NullMarked;
