/**
 * APIService: defaults and validation. Uses the rules that kinds share. Start reading at {@link
 * dev.javernetes.apiserver.strategy.apiregistration.ApiServiceStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.apiregistration;

import org.jspecify.annotations.NullMarked;
