/**
 * Kubernetes' kinds as immutable records, generated one package per group and version. Uses the
 * vocabulary of api/machinery only. Start reading at {@link
 * dev.javernetes.api.model.KubernetesObject}.
 */
@NullMarked
package dev.javernetes.api.model;

import org.jspecify.annotations.NullMarked;
