/**
 * Plug-ins about namespaces and what lives in them. Uses the admission ports and indexes of
 * objects. Start reading at {@link
 * dev.javernetes.apiserver.admission.namespace.NamespaceLifecycle}.
 */
@NullMarked
package dev.javernetes.apiserver.admission.namespace;

import org.jspecify.annotations.NullMarked;
