/**
 * The Common Expression Language with Kubernetes' libraries: dev.cel parses and checks, the rest is
 * here. A caller declares variables in an {@link dev.javernetes.api.cel.Environment}, compiles, and
 * evaluates with a limit on the cost. Uses {@code api/machinery} and dev.cel.
 */
@NullMarked
package dev.javernetes.api.cel;

import org.jspecify.annotations.NullMarked;
