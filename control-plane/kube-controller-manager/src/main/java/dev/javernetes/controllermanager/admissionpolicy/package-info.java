/**
 * Checks the expressions of admission policies against the types that they are matched with. Uses
 * the loop package, the client and {@code api/cel}. Start reading at {@link
 * dev.javernetes.controllermanager.admissionpolicy.PolicyStatusController}.
 */
@NullMarked
package dev.javernetes.controllermanager.admissionpolicy;

import org.jspecify.annotations.NullMarked;
