/** Tests of the HTTPS server's parts. */
@NullMarked
package dev.javernetes.kubelet.server;

import org.jspecify.annotations.NullMarked;
