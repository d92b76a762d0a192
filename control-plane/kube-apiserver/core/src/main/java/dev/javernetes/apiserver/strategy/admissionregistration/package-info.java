/**
 * Webhook configurations and admission policies: defaults and validation. Uses the rules that kinds
 * share. Start reading at {@link
 * dev.javernetes.apiserver.strategy.admissionregistration.AdmissionStrategies}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.admissionregistration;

import org.jspecify.annotations.NullMarked;
