/**
 * Build time only: turns the published Maven artifacts of the Kubernetes Java client into records
 * and one schema file. Uses protobuf descriptors and the artifacts' sources, nothing of the running
 * system. Start reading at {@link dev.javernetes.api.generator.Generate}.
 */
@NullMarked
package dev.javernetes.api.generator;

import org.jspecify.annotations.NullMarked;
