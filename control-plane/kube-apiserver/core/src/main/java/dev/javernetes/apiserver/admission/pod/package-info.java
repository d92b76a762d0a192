/**
 * Plug-ins that complete and check pods: accounts, tolerations, priority, limits, runtime class.
 * Uses the admission ports and indexes of objects. Start reading at {@link
 * dev.javernetes.apiserver.admission.pod.AccountOfPod}.
 */
@NullMarked
package dev.javernetes.apiserver.admission.pod;

import org.jspecify.annotations.NullMarked;
