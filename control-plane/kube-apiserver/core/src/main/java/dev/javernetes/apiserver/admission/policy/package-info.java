/** ValidatingAdmissionPolicy and MutatingAdmissionPolicy: what an administrator says in CEL. */
@NullMarked
package dev.javernetes.apiserver.admission.policy;

import org.jspecify.annotations.NullMarked;
