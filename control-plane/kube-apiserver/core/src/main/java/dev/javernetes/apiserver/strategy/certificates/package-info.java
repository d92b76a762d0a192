/**
 * Certificate signing requests: validation, approval and status. Uses the rules that kinds share.
 * Start reading at {@link dev.javernetes.apiserver.strategy.certificates.SigningRequestStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.certificates;

import org.jspecify.annotations.NullMarked;
