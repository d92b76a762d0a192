/** Tests of cgroup paths and limits. */
@NullMarked
package dev.javernetes.kubelet.cgroup;

import org.jspecify.annotations.NullMarked;
