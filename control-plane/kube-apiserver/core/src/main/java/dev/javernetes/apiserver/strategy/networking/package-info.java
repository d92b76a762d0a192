/**
 * Ingresses, network policies, service ranges: defaults and validation. Uses the rules that kinds
 * share. Start reading at {@link
 * dev.javernetes.apiserver.strategy.networking.NetworkingStrategies}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.networking;

import org.jspecify.annotations.NullMarked;
