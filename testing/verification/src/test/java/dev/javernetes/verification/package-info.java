/**
 * Tests of the whole house: its architecture, its tidiness, and the main job end to end with real
 * clients. May use everything. Start reading at {@link
 * dev.javernetes.verification.ArchitectureTest}.
 */
@NullMarked
package dev.javernetes.verification;

import org.jspecify.annotations.NullMarked;
