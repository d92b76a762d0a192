/**
 * The OCI runtime specification of a container, computed: no file is read here and none written,
 * but for what {@link dev.javernetes.runtime.oci.Users} is handed. It may use the CRI messages.
 * Start at {@link dev.javernetes.runtime.oci.SpecPlan}.
 */
@NullMarked
package dev.javernetes.runtime.oci;

import org.jspecify.annotations.NullMarked;
