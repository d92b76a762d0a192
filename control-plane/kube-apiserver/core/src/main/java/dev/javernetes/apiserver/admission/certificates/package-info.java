/**
 * Plug-ins about certificate signing requests: who may approve and sign. Uses the admission ports
 * and the authorizer. Start reading at {@link
 * dev.javernetes.apiserver.admission.certificates.CertificateRights}.
 */
@NullMarked
package dev.javernetes.apiserver.admission.certificates;

import org.jspecify.annotations.NullMarked;
