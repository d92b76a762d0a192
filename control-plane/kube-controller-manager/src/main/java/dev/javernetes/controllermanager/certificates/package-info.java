/**
 * Approves, signs and tidies up CertificateSigningRequests. Uses the loop package, the client and
 * Bouncy Castle's X.509. Start reading at {@link
 * dev.javernetes.controllermanager.certificates.SigningController}.
 */
@NullMarked
package dev.javernetes.controllermanager.certificates;

import org.jspecify.annotations.NullMarked;
