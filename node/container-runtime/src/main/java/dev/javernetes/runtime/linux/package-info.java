/**
 * The kernel's side of the runtime: system calls, namespaces, cgroup files, terminals and child
 * processes. It may use the JDK only. Start at {@link dev.javernetes.runtime.linux.Posix}, then
 * {@link dev.javernetes.runtime.linux.Namespaces}.
 */
@NullMarked
package dev.javernetes.runtime.linux;

import org.jspecify.annotations.NullMarked;
