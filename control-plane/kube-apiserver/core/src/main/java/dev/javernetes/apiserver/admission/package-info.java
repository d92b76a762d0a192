/**
 * Admission: what may still refuse or complete an authorized write. The chain runs the plug-ins of
 * the sub-packages in upstream's order. Uses the access ports and the registry's object reader.
 * Start reading at {@link dev.javernetes.apiserver.admission.AdmissionChain}.
 */
@NullMarked
package dev.javernetes.apiserver.admission;

import org.jspecify.annotations.NullMarked;
