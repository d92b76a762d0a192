package dev.javernetes.apiserver.customresources.rules;

import dev.javernetes.api.cel.Compiled;
import org.jspecify.annotations.Nullable;

/**
 * A rule with its expressions compiled.
 *
 * @param program {@code null} if the rule is empty or wrong
 * @param error what is wrong with the rule; empty if nothing is
 * @param path the rule's field path as errors show it; empty if it has none
 */
record CompiledRule(
    Rule rule,
    @Nullable Compiled program,
    String error,
    boolean usesOldSelf,
    @Nullable Compiled messageProgram,
    String messageError,
    String path) {}
