/** Tests of the cluster's keys and certificates. */
@NullMarked
package dev.javernetes.pki;

import org.jspecify.annotations.NullMarked;
