/**
 * The pod security standards, enforced as labels of the namespace say. The checks are pure. Start
 * reading at {@link dev.javernetes.apiserver.admission.podsecurity.PodSecurity}.
 */
@NullMarked
package dev.javernetes.apiserver.admission.podsecurity;

import org.jspecify.annotations.NullMarked;
