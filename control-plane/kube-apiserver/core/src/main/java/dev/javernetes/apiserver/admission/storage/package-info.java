/**
 * Plug-ins about volumes and claims. Uses the admission ports and indexes of objects. Start reading
 * at {@link dev.javernetes.apiserver.admission.storage.DefaultStorageClass}.
 */
@NullMarked
package dev.javernetes.apiserver.admission.storage;

import org.jspecify.annotations.NullMarked;
