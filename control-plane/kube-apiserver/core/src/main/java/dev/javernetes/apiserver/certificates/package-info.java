/**
 * How a certificate signing request stands in its object; for the strategy that checks it and the
 * plug-ins that decide who may have it. Uses {@code pki} only. Start reading at {@link
 * dev.javernetes.apiserver.certificates.EncodedRequest}.
 */
@NullMarked
package dev.javernetes.apiserver.certificates;

import org.jspecify.annotations.NullMarked;
