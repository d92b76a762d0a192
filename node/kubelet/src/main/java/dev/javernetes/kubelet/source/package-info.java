/**
 * Where pods come from: the API, a folder, a URL; and the mirror pods that show the latter two in
 * the API. May use the client. Start reading at {@link dev.javernetes.kubelet.source.StaticPods}.
 */
@NullMarked
package dev.javernetes.kubelet.source;

import org.jspecify.annotations.NullMarked;
