/**
 * Plug-ins about ingresses. Uses the admission ports and indexes of objects. Start reading at
 * {@link dev.javernetes.apiserver.admission.network.DefaultIngressClass}.
 */
@NullMarked
package dev.javernetes.apiserver.admission.network;

import org.jspecify.annotations.NullMarked;
