/**
 * The cluster's certificates and keys: certificate authorities, leaf certificates, PEM files and
 * kubeconfigs. Uses the JDK's cryptography and nothing else. Start reading at {@link
 * dev.javernetes.pki.ClusterPki}.
 */
@NullMarked
package dev.javernetes.pki;

import org.jspecify.annotations.NullMarked;
