/**
 * Resource quotas: what an object uses, and whether a quota has room for it. Uses the admission
 * ports, the object reader and writer. Start reading at {@link
 * dev.javernetes.apiserver.admission.quota.QuotaAdmission}.
 */
@NullMarked
package dev.javernetes.apiserver.admission.quota;

import org.jspecify.annotations.NullMarked;
